package dev.weft.instrumentation.testing.run;

import java.util.ArrayList;
import java.util.List;

/** Every library, in every way it is used, on every JDK of this machine. */
final class Cells {

  private static final List<String> CLIENT =
      List.of(
          "RoutingContract",
          "HeaderContract",
          "LocalReplyContract",
          "RetryContract",
          "WaitContract",
          "TimeoutContract",
          "CancelContract",
          "FailureContract",
          "BodyContract",
          "RedirectContract",
          "LibraryContract",
          "EndingContract");

  private static final List<String> SERVER = List.of("AdmissionContract", "ExchangeContract");

  private Cells() {}

  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (Jdk jdk : Jdk.installed()) {
      cells.add(ofJdk("concurrent", "concurrent", jdk, List.of("ContextContract")));
      cells.add(
          ofJdk(
              "http-url-connection",
              "http-url-connection",
              jdk,
              clientAnd("SameAsTheJdkContract")));
      cells.add(
          ofJdk(
              "java-http-client",
              "java-http-client/sync",
              jdk,
              clientAnd("JavaHttpClientContract")));
      cells.add(ofJdk("java-http-client", "java-http-client/async", jdk, CLIENT));
      cells.add(ofJdk("java-http-client", "java-http-client/h2c", jdk, CLIENT));
      cells.add(ofJdk("jdk-httpserver", "jdk-httpserver", jdk, SERVER));
    }
    return cells;
  }

  /** What every client must do, and what is this one's own. */
  private static List<String> clientAnd(String own) {
    List<String> contracts = new ArrayList<>(CLIENT);
    contracts.add(own);
    return contracts;
  }

  /** A library of the JDK itself. */
  private static Cell ofJdk(String library, String probe, Jdk jdk, List<String> contracts) {
    // The origin that speaks HTTP/2 is a Tomcat: no subject of these contracts.
    List<String> options = List.of("-Dweft.instrumentation.tomcat.enabled=false");
    return new Cell(library, "of the JDK", jdk, probe, List.of(), contracts, options);
  }
}
