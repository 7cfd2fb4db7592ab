package dev.weft.instrumentation.testing.run;

import dev.weft.bridge.Weft;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The main class of a contract's JVM. Its arguments are the contracts' classes. Says for each test
 * how it went, in lines that begin with {@link #MARK}; everything else that it prints is for
 * people.
 */
public final class Child {

  static final String MARK = "@@\t";

  private Child() {}

  /** Runs the contracts and exits: with 0 when it came to the end, however the tests went. */
  public static void main(String[] contracts) {
    PrintStream out = System.out;
    if (Weft.class.getClassLoader() != null) {
      out.println(MARK + "fail\tthe JVM\t-\tthe agent did not start: its bridge is missing");
      Runtime.getRuntime().halt(1);
    }
    Awaitility.setDefaultPollDelay(Duration.ZERO); // what is waited for is a matter of microseconds
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(contracts).map(DiscoverySelectors::selectClass).toList())
            .build();
    LauncherFactory.create().execute(request, new Teller(out));
    out.println(MARK + "end");
    out.flush();
    Runtime.getRuntime().halt(0); // libraries leave threads behind
  }

  private static final class Teller implements TestExecutionListener {
    private final PrintStream out;

    Teller(PrintStream out) {
      this.out = out;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest()) {
        tell("start", test, "");
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      tell("skip", test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Throwable failure = result.getThrowable().orElse(null);
      if (!test.isTest() && failure == null) {
        return;
      }
      String how =
          switch (result.getStatus()) {
            case SUCCESSFUL -> "pass";
            case ABORTED -> "skip";
            case FAILED -> "fail";
          };
      if (failure != null && result.getStatus() == TestExecutionResult.Status.FAILED) {
        failure.printStackTrace(out);
      }
      tell(how, test, failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    private void tell(String how, TestIdentifier test, String message) {
      String name =
          test.getSource()
              .filter(MethodSource.class::isInstance)
              .map(MethodSource.class::cast)
              .map(source -> simple(source.getClassName()) + "\t" + source.getMethodName())
              .orElse(test.getDisplayName() + "\t-");
      out.println(
          MARK + String.join("\t", List.of(how, name, message.replaceAll("\\s+", " ").strip())));
      out.flush();
    }

    private static String simple(String className) {
      return className.substring(className.lastIndexOf('.') + 1);
    }
  }
}
