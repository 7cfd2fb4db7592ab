package dev.weft.instrumentation.testing.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

  private static final List<String> TOMCAT =
      List.of("AdmissionContract", "ExchangeContract", "tomcat.TomcatContract");

  private static final List<String> GRPC =
      List.of(
          "grpc.GrpcCallContract",
          "grpc.GrpcChannelContract",
          "grpc.GrpcServerContract",
          "grpc.GrpcSameContract",
          "grpc.GrpcEndingContract");

  /** A folder of jars for each version that is not the build's: the pom fills them. */
  private static final Path LIBRARIES = Path.of("target", "libraries");

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
      cells.add(
          overTls("http-url-connection", "http-url-connection/https", "HttpsUrlConnection", jdk));
      cells.add(overTls("java-http-client", "java-http-client/https", "JavaHttpClientTls", jdk));
      cells.add(overTls("java-http-client", "java-http-client/h2", "JavaHttpClientTls", jdk));
      cells.add(ofJdk("jdk-httpserver", "jdk-httpserver", jdk, SERVER));
      cells.add(ofSockets(jdk));
      cells.addAll(ofLibrary("tomcat", "tomcat", jdk, TOMCAT));
      cells.addAll(ofLibrary("grpc", "grpc-netty", jdk, GRPC));
      cells.addAll(ofLibrary("grpc", "grpc-netty-shaded", jdk, GRPC));
    }
    return cells;
  }

  /** What every client must do, and what is this one's own. */
  private static List<String> clientAnd(String own) {
    List<String> contracts = new ArrayList<>(CLIENT);
    contracts.add(own);
    return contracts;
  }

  /**
   * In each version that the pom names: the build's own first, then those it copies the jars of.
   */
  private static List<Cell> ofLibrary(
      String library, String probe, Jdk jdk, List<String> contracts) {
    String[] versions =
        System.getProperty("contract.versions." + library, "the build's").split(" ");
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < versions.length; i++) {
      List<Path> jars = i == 0 ? List.of() : list(LIBRARIES.resolve(library).resolve(versions[i]));
      cells.add(new Cell(library, versions[i], jdk, probe, jars, contracts, List.of()));
    }
    return cells;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only woven where a process has an identity, unless it is asked for. */
  private static Cell ofSockets(Jdk jdk) {
    List<String> options = List.of("-Dweft.instrumentation.jdk-sockets.enabled=true");
    return new Cell(
        "jdk-sockets",
        "of the JDK",
        jdk,
        "jdk-sockets",
        List.of(),
        List.of("ListenerContract"),
        options);
  }

  /**
   * A client of the JDK that asks for HTTPS.
   *
   * @param own the contract of its own
   */
  private static Cell overTls(String library, String probe, String own, Jdk jdk) {
    List<String> contracts = clientAnd("HttpsContract");
    contracts.add(own + "Contract");
    Cell cell = ofJdk(library, probe, jdk, contracts);
    List<String> options = new ArrayList<>(cell.options());
    options.addAll(KeyStores.options());
    return new Cell(library, cell.version(), jdk, probe, List.of(), cell.contracts(), options);
  }

  /** A library of the JDK itself. */
  private static Cell ofJdk(String library, String probe, Jdk jdk, List<String> contracts) {
    // The origin that speaks HTTP/2 is a Tomcat: no subject of these contracts.
    List<String> options = List.of("-Dweft.instrumentation.tomcat.enabled=false");
    return new Cell(library, "of the JDK", jdk, probe, List.of(), contracts, options);
  }
}
