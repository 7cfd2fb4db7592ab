package dev.weft.runtime;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;

/**
 * Runs something before, and something after, all of the application's shutdown hooks. The JDK
 * starts those all at once, ours would be one among them; but they are themselves one entry of a
 * list ({@code java.lang.Shutdown.hooks}: console, application hooks, files to delete), and that
 * entry is replaced.
 */
final class ShutdownSequence {

  private static final int APPLICATION_HOOKS = 1;

  private ShutdownSequence() {}

  /**
   * Surrounds the application's hooks.
   *
   * @throws ReflectiveOperationException when this JDK is not as expected; nothing was changed
   */
  static void surround(Instrumentation instrumentation, Runnable before, Runnable after)
      throws ReflectiveOperationException {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang", Set.of(ShutdownSequence.class.getModule())),
        Set.of(),
        Map.of());
    // The JDK makes its entry together with the first hook; ours has nothing to do.
    Runtime.getRuntime().addShutdownHook(AgentThreads.own("hook").newThread(() -> {}));
    Class<?> shutdown = Class.forName("java.lang.Shutdown");
    Field field = shutdown.getDeclaredField("hooks");
    field.setAccessible(true);
    Runnable[] hooks = (Runnable[]) field.get(null);
    Runnable application = hooks[APPLICATION_HOOKS];
    if (application == null) {
      throw new NoSuchFieldException("java.lang.Shutdown.hooks[1] is empty");
    }
    hooks[APPLICATION_HOOKS] =
        () -> {
          try {
            before.run();
          } finally {
            try {
              application.run();
            } finally {
              after.run();
            }
          }
        };
  }
}
