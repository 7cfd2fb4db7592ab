package dev.weft.agent;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.util.function.Function;
import java.util.jar.JarFile;

/** Opens the agent's jar and calls the runtime in a class loader of its own. */
public final class Launcher {

  private static final String RUNTIME = "dev.weft.runtime.Agent";

  private Launcher() {}

  /** Called once, by {@link Premain}. */
  public static void launch(Instrumentation instrumentation) throws Throwable {
    AgentLoader loader = new AgentLoader(jar());
    try {
      loader
          .loadClass(RUNTIME)
          .getMethod("start", Instrumentation.class, Function.class)
          .invoke(null, instrumentation, loader);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static JarFile jar() throws IOException, URISyntaxException {
    File file =
        new File(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return new JarFile(file, /* verify= */ false);
  }
}
