package dev.weft.instrumentation.sockets;

import dev.weft.instrumentation.sockets.pki.Authority;
import dev.weft.instrumentation.sockets.pki.Credentials;
import dev.weft.instrumentation.sockets.run.ServerMain;
import dev.weft.instrumentation.testing.run.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JVM of servers with new certificates, and where they listen. */
final class ServerJvm implements AutoCloseable {

  static final String SERVER = "spiffe://cluster.local/ns/default/sa/server";
  static final String CLIENT = "spiffe://cluster.local/ns/default/sa/client";

  private static final Path FOLDER = Path.of("target", "ends");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Authority authority;
  final Credentials client;
  final Path folder;
  private final ChildJvm jvm;
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  private ServerJvm(Authority authority, Credentials client, Path folder, ChildJvm jvm) {
    this.authority = authority;
    this.client = client;
    this.folder = folder;
    this.jvm = jvm;
  }

  /** The content that all servers share, and the folders of single runs. */
  private static synchronized Path folder() throws IOException {
    Files.createDirectories(FOLDER);
    Path shared = Content.file(FOLDER.toAbsolutePath());
    Path own = Files.createTempDirectory(FOLDER.toAbsolutePath(), "run");
    Files.createLink(own.resolve(shared.getFileName()), shared);
    return own;
  }

  /**
   * Starts servers.
   *
   * @param mode {@code STRICT} or {@code PERMISSIVE}
   */
  static ServerJvm start(Jdk jdk, String mode, List<String> options, List<String> servers)
      throws IOException, GeneralSecurityException, InterruptedException {
    Authority authority = new Authority("mesh");
    Path folder = folder();
    authority.issue(SERVER).write(folder, "server");
    Credentials client = authority.issue(CLIENT);
    client.write(folder, "client");
    List<String> arguments = new ArrayList<>(List.of(folder.toString(), mode));
    arguments.addAll(servers);
    Path log = FOLDER.resolve("servers-" + jdk.feature() + "-" + folder.getFileName() + ".log");
    ChildJvm jvm =
        ChildJvm.start(jdk, ChildJvm.AGENT, log, options, ServerMain.class.getName(), arguments);
    ServerJvm started = new ServerJvm(authority, client, folder, jvm);
    for (int i = 0; i < servers.size(); i++) {
      String[] port = started.line("PORT").split(" ");
      started.ports.put(port[0], Integer.parseInt(port[1]));
    }
    started.line("READY");
    return started;
  }

  private String line(String begin) throws InterruptedException {
    String line = jvm.next(begin, PATIENCE);
    if (line == null) {
      throw new AssertionError("the servers' JVM has ended: " + jvm.output());
    }
    return line;
  }

  Map<String, Integer> ports() {
    return ports;
  }

  /** What its mesh has seen. */
  String seen() throws IOException, InterruptedException {
    jvm.tell("");
    return line("SEEN");
  }

  /** A number out of {@link #seen}. */
  int seen(String what) throws IOException, InterruptedException {
    @Nullable String found = null;
    for (String word : seen().split(" ")) {
      if (word.startsWith(what + "=")) {
        found = word.substring(what.length() + 1);
      }
    }
    return Integer.parseInt(String.valueOf(found));
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
