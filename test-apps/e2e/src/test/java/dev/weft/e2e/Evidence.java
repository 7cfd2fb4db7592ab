package dev.weft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Prints what every process of a test has said, and where its threads stand, when the test fails:
 * the processes are gone once it has ended, and a rare failure may not come again.
 */
public final class Evidence implements TestExecutionExceptionHandler {

  private static final int LINES = 80;

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    System.out.println("evidence of " + context.getDisplayName() + ": " + failure);
    for (Jvm jvm : Jvm.alive()) {
      List<String> output = jvm.output();
      System.out.println("--- the last lines of " + jvm.name());
      output.stream().skip(Math.max(0, output.size() - LINES)).forEach(System.out::println);
      System.out.println("--- the threads of " + jvm.name());
      System.out.println(threads(jvm.pid()));
    }
    throw failure;
  }

  private static String threads(long pid) throws InterruptedException {
    try {
      Process dump =
          new ProcessBuilder(Layout.tool("jstack"), Long.toString(pid))
              .redirectErrorStream(true)
              .start();
      String text = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      dump.waitFor(10, TimeUnit.SECONDS);
      return text;
    } catch (IOException e) {
      return "no dump: " + e;
    }
  }
}
