package dev.weft.instrumentation.sockets.run;

import dev.weft.bridge.Weft;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.pki.Credentials;
import dev.weft.instrumentation.sockets.server.Servers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A JVM of servers. Its arguments: the folder with the certificates of {@code server}, a {@link
 * TestWire.Mode}, and the servers' names. Prints {@code PORT name number} for each, {@code READY},
 * and for each line that it reads what the mesh has seen. Ends with its input.
 */
public final class ServerMain {

  private ServerMain() {}

  /** Started by its test. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    TestWire.Mode mode = TestWire.Mode.valueOf(arguments[1]);
    TestWire wire = Mains.install(Credentials.read(folder, "server"));
    for (int i = 2; i < arguments.length; i++) {
      int port = freePort();
      wire.serve(port, mode);
      Servers.named(arguments[i]).start(port, folder);
      System.out.println("PORT " + arguments[i] + " " + port);
    }
    System.out.println("READY");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println("SEEN " + Mains.seen(wire));
    }
    System.out.println("SUPPRESSED " + Weft.suppressedCount());
    Runtime.getRuntime().halt(0);
  }

  private static int freePort() throws java.io.IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
