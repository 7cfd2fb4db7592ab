package dev.weft.weaver;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Defines classes in any loader, through the JDK's own door, which the agent may open. */
final class ClassDefiner {

  private final Object unsafe;
  private final Method defineClass;

  private ClassDefiner(Object unsafe, Method defineClass) {
    this.unsafe = unsafe;
    this.defineClass = defineClass;
  }

  static ClassDefiner create(Instrumentation instrumentation) {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.misc", Set.of(ClassDefiner.class.getModule())),
        Map.of(),
        Set.of(),
        Map.of());
    try {
      Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
      return new ClassDefiner(
          type.getMethod("getUnsafe").invoke(null),
          type.getMethod(
              "defineClass",
              String.class,
              byte[].class,
              int.class,
              int.class,
              ClassLoader.class,
              ProtectionDomain.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("jdk.internal.misc.Unsafe.defineClass is not as expected", e);
    }
  }

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
      @Nullable ProtectionDomain domain) {
    try {
      defineClass.invoke(unsafe, internalName, file, 0, file.length, loader, domain);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(internalName + " could not be defined", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("jdk.internal.misc is not exported to the agent", e);
    }
  }
}
