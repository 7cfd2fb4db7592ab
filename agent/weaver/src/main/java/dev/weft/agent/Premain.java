package dev.weft.agent;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;

/**
 * Where the JVM calls the agent. Decides whether it runs at all, and touches nothing else before:
 * this class is compiled for Java 8, so that an older JVM can be told what is wrong.
 */
public final class Premain {

  private static final int OLDEST_JAVA = 17;

  private static boolean attached;

  private Premain() {}

  /** Called by the JVM before the application's main method. Never throws. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    if (isTool(System.getProperty("jdk.module.main")) || isDisabled()) {
      return;
    }
    String version = System.getProperty("java.specification.version", "");
    if (feature(version) < OLDEST_JAVA) {
      say("needs Java " + OLDEST_JAVA + " or newer, found " + version + "; it stays out");
    } else if (attached) {
      say("is attached twice (JAVA_TOOL_OPTIONS and the command line?); the second does nothing");
    } else {
      attached = true;
      start(instrumentation);
    }
  }

  /** {@code javac}, {@code keytool}, {@code jcmd}: their main class is in a module of the JDK. */
  private static boolean isTool(String mainModule) {
    return mainModule != null && (mainModule.startsWith("jdk.") || mainModule.startsWith("java."));
  }

  private static boolean isDisabled() {
    String enabled = System.getProperty("weft.enabled");
    return "false".equalsIgnoreCase(enabled == null ? System.getenv("WEFT_ENABLED") : enabled);
  }

  /** The feature release: 8 for {@code 1.8}, 17 for {@code 17}; 0 when it is not a number. */
  private static int feature(String version) {
    try {
      return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** By reflection: what is called needs a newer Java than this class does. */
  private static void start(Instrumentation instrumentation) {
    try {
      Class.forName("dev.weft.agent.Launcher")
          .getMethod("launch", Instrumentation.class)
          .invoke(null, instrumentation);
    } catch (InvocationTargetException e) {
      say("could not start, the application runs without it: " + e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      say("could not start, the application runs without it: " + e);
    }
  }

  private static void say(String what) {
    System.err.println("weft: the agent " + what);
  }
}
