package dev.weft.e2e.app;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects as it is told on standard input, one command a line. A kind is {@code socket}, {@code
 * channel}, {@code asynchronous} or {@code tls}:
 *
 * <ul>
 *   <li>{@code open ID KIND HOST PORT}: prints {@code opened ID ADDRESS}, the other end as the
 *       JDK's API has it, or {@code failed EXCEPTION}
 *   <li>{@code say ID TEXT}: prints {@code answer LINE}, or {@code failed EXCEPTION}
 *   <li>{@code close ID}: prints {@code closed ID}
 *   <li>{@code count N KIND HOST PORT}: opens, asks and closes so often, and prints {@code tally
 *       total=N KEY=N...}; a key is the first word of the answer, or the exception
 * </ul>
 *
 * Argument: a key store of PKCS #12 whose certificates are trusted, or {@code -}.
 */
public final class TcpCaller {

  private static final int PATIENCE_MILLIS = 20_000;
  private final Map<String, Line> open = new HashMap<>();
  private final @Nullable SSLContext tls;

  private TcpCaller(@Nullable SSLContext tls) {
    this.tls = tls;
  }

  /** A connection. */
  private record Line(InputStream in, OutputStream out, AutoCloseable end, String remote) {}

  public static void main(String[] args) throws IOException, GeneralSecurityException {
    TcpCaller caller = new TcpCaller(args[0].equals("-") ? null : trusting(args[0]));
    System.out.println("ready");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    @Nullable String line;
    while ((line = commands.readLine()) != null) {
      System.out.println(caller.obey(line.split(" ")));
    }
  }

  private static SSLContext trusting(String store) throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(store)) {
      own.load(in, "weft-test".toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String alias : Collections.list(own.aliases())) {
      trusted.setCertificateEntry(alias, own.getCertificate(alias));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private String obey(String[] command) {
    try {
      switch (command[0]) {
        case "open" -> {
          Line line = connect(command[2], command[3], Integer.parseInt(command[4]));
          open.put(command[1], line);
          return "opened " + command[1] + " " + line.remote;
        }
        case "say" -> {
          return "answer " + ask(Objects.requireNonNull(open.get(command[1])), command[2]);
        }
        case "close" -> {
          Objects.requireNonNull(open.remove(command[1])).end.close();
          return "closed " + command[1];
        }
        case "count" -> {
          return count(Integer.parseInt(command[1]), command);
        }
        default -> {
          return "unknown command " + command[0];
        }
      }
    } catch (Exception e) {
      return "failed " + e;
    }
  }

  private String count(int times, String[] command) throws Exception {
    Map<String, Integer> tally = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      String key;
      try {
        Line line = connect(command[2], command[3], Integer.parseInt(command[4]));
        try (AutoCloseable end = line.end) {
          key = ask(line, "hello").split(" ")[0];
        }
      } catch (IOException e) {
        key = e.getClass().getSimpleName();
      }
      tally.merge(key, 1, Integer::sum);
    }
    StringBuilder line = new StringBuilder("tally total=" + times);
    tally.forEach((key, number) -> line.append(' ').append(key).append('=').append(number));
    return line.toString();
  }

  private static String ask(Line line, String text) throws IOException {
    line.out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder();
    for (int next = line.in.read(); next != '\n'; next = line.in.read()) {
      if (next < 0) {
        throw new IOException("the other end has closed");
      }
      answer.append((char) next);
    }
    return answer.toString();
  }

  private Line connect(String kind, String host, int port)
      throws IOException, ExecutionException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    switch (kind) {
      case "socket" -> {
        Socket socket = new Socket();
        try {
          socket.connect(address);
          return of(socket);
        } catch (IOException e) {
          socket.close();
          throw e;
        }
      }
      case "tls" -> {
        return tls(host, port);
      }
      case "channel" -> {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Line(
            channel.socket().getInputStream(),
            channel.socket().getOutputStream(),
            channel,
            channel.getRemoteAddress() + " " + channel.socket().getInetAddress());
      }
      case "asynchronous" -> {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(address).get();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Line(
            Channels.newInputStream(channel),
            Channels.newOutputStream(channel),
            channel,
            String.valueOf(channel.getRemoteAddress()));
      }
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private Line tls(String host, int port) throws IOException {
    if (tls == null) {
      throw new IllegalStateException("no certificates are trusted");
    }
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(host, port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return of(socket);
  }

  private static Line of(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    String remote = socket.getInetAddress() + ":" + socket.getPort();
    return new Line(socket.getInputStream(), socket.getOutputStream(), socket, remote);
  }
}
