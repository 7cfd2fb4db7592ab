package dev.weft.weaver;

import dev.weft.bridge.Weft;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.HookedClass;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;

/** Decides whether an adapter fits the library that a loader has: all of it, or nothing. */
final class Adoption {

  private Adoption() {}

  /**
   * Null when it fits; else why not.
   *
   * @param current shape of the class that is being loaded
   */
  static @Nullable String misfit(Adapter adapter, ClassFiles files, Shape current) {
    try {
      if (!seesBridge(files.loader())) {
        return "its class loader does not delegate to the boot loader";
      }
      for (String required : adapter.requires()) {
        if (!required.equals(current.name()) && !files.has(required)) {
          return "no class " + required.replace('/', '.');
        }
      }
      for (HookedClass hooked : adapter.classes()) {
        String misfit = misfit(hooked, files, current);
        if (misfit != null) {
          return misfit;
        }
      }
      return null;
    } catch (IOException e) {
      return "its classes cannot be read: " + e;
    }
  }

  private static @Nullable String misfit(HookedClass hooked, ClassFiles files, Shape current)
      throws IOException {
    if (hooked.name().equals(current.name())) {
      return Fit.check(hooked, current);
    }
    byte[] file = files.read(hooked.name());
    return file == null ? null : Fit.check(hooked, Shape.of(new ClassReader(file)));
  }

  private static boolean seesBridge(@Nullable ClassLoader loader) {
    try {
      return Class.forName(Weft.class.getName(), false, loader) == Weft.class;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
