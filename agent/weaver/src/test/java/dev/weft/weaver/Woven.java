package dev.weft.weaver;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.util.CheckClassAdapter;

/** Weaves and loads single classes, without an agent. */
public final class Woven {

  private Woven() {}

  /** Weaves what the index says of this class, which must fit, and checks the result. */
  public static byte[] weave(byte[] file, HookIndex index) {
    ClassReader reader = new ClassReader(file);
    Shape shape = Shape.of(reader);
    List<HookIndex.Hook> hooks = new ArrayList<>();
    for (HookIndex.Adapter adapter : index.adapters()) {
      HookIndex.HookedClass hooked = adapter.hooked(shape.name());
      if (hooked != null) {
        String misfit = Fit.check(hooked, shape);
        if (misfit != null) {
          throw new IllegalArgumentException(misfit);
        }
        hooks.addAll(hooked.hooks());
      }
    }
    byte[] woven = ClassWeave.weave(reader, shape, hooks);
    StringWriter problems = new StringWriter();
    CheckClassAdapter.verify(
        new ClassReader(woven), Woven.class.getClassLoader(), false, new PrintWriter(problems));
    if (!problems.toString().isEmpty()) {
      throw new AssertionError(problems);
    }
    return woven;
  }

  /** Loads the class in a loader of its own, beneath the test's. */
  public static Class<?> load(String name, byte[] file) throws ClassNotFoundException {
    ClassLoader loader =
        new ClassLoader(Woven.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String wanted, boolean resolve)
              throws ClassNotFoundException {
            synchronized (getClassLoadingLock(wanted)) {
              if (!wanted.equals(name)) {
                return super.loadClass(wanted, resolve);
              }
              Class<?> loaded = findLoadedClass(name);
              return loaded != null ? loaded : defineClass(name, file, 0, file.length);
            }
          }
        };
    return Class.forName(name, true, loader);
  }
}
