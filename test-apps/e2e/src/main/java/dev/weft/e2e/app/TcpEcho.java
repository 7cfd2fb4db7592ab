package dev.weft.e2e.app;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Answers every line with its own name and the line. Arguments: the name, a key store of PKCS #12
 * or {@code -} for plaintext, and the ports of the loopback address (0: any).
 */
public final class TcpEcho {

  /** Of the key stores. */
  private static final char[] PASSWORD = "weft-test".toCharArray();

  private final String name;

  private TcpEcho(String name) {
    this.name = name;
  }

  public static void main(String[] args) throws IOException, GeneralSecurityException {
    TcpEcho echo = new TcpEcho(args[0]);
    List<String> ports = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      ServerSocket server = bind(args[1], Integer.parseInt(args[i]));
      ports.add(String.valueOf(server.getLocalPort()));
      new Thread(() -> echo.accept(server), "accepting " + server.getLocalPort()).start();
    }
    System.out.println("ready " + String.join(" ", ports));
  }

  private static ServerSocket bind(String store, int port)
      throws IOException, GeneralSecurityException {
    InetAddress here = InetAddress.getLoopbackAddress();
    if (store.equals("-")) {
      return new ServerSocket(port, 100, here);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context.getServerSocketFactory().createServerSocket(port, 100, here);
  }

  private void accept(ServerSocket server) {
    while (true) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        new Thread(() -> serve(socket), "serving " + socket.getRemoteSocketAddress()).start();
      } catch (IOException e) {
        System.out.println("accepts no more: " + e);
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        byte[] answer = (name + " " + line + "\n").getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(answer);
      }
    } catch (IOException e) {
      System.out.println("lost a caller: " + e);
    }
  }
}
