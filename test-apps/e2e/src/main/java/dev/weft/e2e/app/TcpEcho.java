package dev.weft.e2e.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back whatever it is sent, over a protocol that no library of the mesh knows. */
public final class TcpEcho {

  private static final byte[] LOCAL = {127, 0, 0, 1};

  private TcpEcho() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByAddress(LOCAL))) {
      System.out.println("ready " + server.getLocalPort());
      while (true) {
        Socket client = server.accept();
        new Thread(() -> echo(client)).start();
      }
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      System.out.println("broken " + e);
    }
  }
}
