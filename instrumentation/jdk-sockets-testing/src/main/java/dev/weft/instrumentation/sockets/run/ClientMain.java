package dev.weft.instrumentation.sockets.run;

import dev.weft.instrumentation.sockets.client.Client;
import dev.weft.instrumentation.sockets.client.Clients;
import dev.weft.instrumentation.sockets.client.Tally;
import dev.weft.instrumentation.sockets.client.Work;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.pki.Credentials;
import java.nio.file.Path;

/**
 * A JVM of clients. Its arguments: the folder with the certificates of {@code client}, the SPIFFE
 * id of the servers, threads, calls, megabytes, and {@code server=port} for each server; every
 * client that goes with it is run, one after the other. Prints a line for each cell.
 */
public final class ClientMain {

  private ClientMain() {}

  /** Started by its test. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Work work =
        new Work(
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    TestWire wire = Mains.install(Credentials.read(folder, "client"));
    for (int i = 5; i < arguments.length; i++) {
      String server = arguments[i].substring(0, arguments[i].indexOf('='));
      int port = Integer.parseInt(arguments[i].substring(server.length() + 1));
      wire.expect(port, arguments[1]);
      for (String client : Clients.of(server, Runtime.version().feature())) {
        cell(client, server, Clients.named(client, folder), port, work);
      }
    }
    System.out.println("SEEN " + Mains.seen(wire));
    System.out.println("END");
    Runtime.getRuntime().halt(0);
  }

  private static void cell(String name, String server, Client client, int port, Work work) {
    long begun = System.nanoTime();
    Tally tally = new Tally();
    try {
      client.run(port, work, tally);
    } catch (Exception | Error e) {
      tally.attempt(
          () -> {
            throw new IllegalStateException("the cell broke off", e);
          });
    }
    if (!tally.failures().isEmpty()) {
      System.out.println(tally.describe());
    }
    System.out.println(
        "CELL "
            + name
            + " "
            + server
            + " passed="
            + tally.passed()
            + " failed="
            + tally.failures().size()
            + " ms="
            + (System.nanoTime() - begun) / 1_000_000);
  }
}
