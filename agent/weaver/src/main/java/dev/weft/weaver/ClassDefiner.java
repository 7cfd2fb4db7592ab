package dev.weft.weaver;

import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Defines classes in any loader. */
interface ClassDefiner {

  /**
   * Defines a class.
   *
   * @param loader null: the boot loader
   * @throws LinkageError when the loader has a class of this name already, or it does not link
   */
  void define(
      String internalName,
      byte[] file,
      @Nullable ClassLoader loader,
      @Nullable ProtectionDomain domain);

  /** Through the JDK's own door, which the agent may open. */
  static ClassDefiner create(Instrumentation instrumentation) {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.misc", Set.of(ClassDefiner.class.getModule())),
        Map.of(),
        Set.of(),
        Map.of());
    try {
      // By name: it is compiled apart, against what the JDK does not export.
      return Class.forName("dev.weft.weaver.UnsafeDefiner")
          .asSubclass(ClassDefiner.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("jdk.internal.misc.Unsafe is not as expected", e);
    }
  }
}
