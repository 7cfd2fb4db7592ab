package dev.weft.e2e.egress;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects in every way that a JVM has, as it is told on standard input, one command a line: {@code
 * go WAY HOST PORT} prints {@code went WAY} and {@code open} or the innermost exception; {@code
 * listen WAY} listens and prints {@code listens PORT}; {@code unlisten} closes all that listens and
 * prints {@code closed}.
 */
public final class Ways {

  /** Each way to connect; {@code within} gives up soon, all others wait for as long as it takes. */
  static final List<String> ALL =
      List.of(
          "within",
          "socket",
          "constructor",
          "proxy",
          "channel",
          "adaptor",
          "nonblocking",
          "asynchronous",
          "handler",
          "ssl",
          "layered",
          "netty",
          "url",
          "http");

  /** Those that send a request by a woven library, which is answered before it connects. */
  static final List<String> REQUESTS = List.of("url", "http");

  private static final int PATIENCE_SECONDS = 30;
  private static final int SOON_MILLIS = 500;

  private final List<AutoCloseable> listening = new ArrayList<>();

  private Ways() {}

  /** Started by its test. */
  public static void main(String[] args) throws IOException {
    System.out.println("ready");
    Ways ways = new Ways();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    @Nullable String line;
    while ((line = commands.readLine()) != null) {
      System.out.println(ways.obey(line.split(" ")));
    }
  }

  private String obey(String[] words) {
    try {
      return switch (words[0]) {
        case "listen" -> "listens " + listen(words[1]);
        case "unlisten" -> closed();
        default -> "went " + words[1] + " " + went(words[1], words[2], words[3]);
      };
    } catch (Exception e) {
      return "failed " + e;
    }
  }

  private String closed() throws Exception {
    for (AutoCloseable each : listening) {
      each.close();
    }
    listening.clear();
    return "closed";
  }

  private int listen(String way) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    switch (way) {
      case "socket" -> {
        ServerSocket server = new ServerSocket();
        listening.add(server);
        server.bind(any);
        return server.getLocalPort();
      }
      case "channel" -> {
        ServerSocketChannel server = ServerSocketChannel.open();
        listening.add(server);
        server.bind(any);
        return server.socket().getLocalPort();
      }
      default -> {
        AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open();
        listening.add(server);
        server.bind(any);
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
      }
    }
  }

  private static String went(String way, String host, String port) {
    try {
      go(way, host, Integer.parseInt(port));
      return "open";
    } catch (Exception | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause.toString();
    }
  }

  private static void go(String way, String host, int port) throws Exception {
    InetSocketAddress remote = new InetSocketAddress(host, port);
    switch (way) {
      case "within" -> {
        try (Socket socket = new Socket()) {
          socket.connect(remote, SOON_MILLIS);
        }
      }
      case "socket" -> {
        try (Socket socket = new Socket()) {
          socket.connect(remote);
        }
      }
      case "constructor" -> new Socket(host, port).close();
      case "proxy" -> {
        try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, remote))) {
          socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        }
      }
      case "channel" -> SocketChannel.open(remote).close();
      case "adaptor" -> {
        try (SocketChannel channel = SocketChannel.open()) {
          channel.socket().connect(remote, PATIENCE_SECONDS * 1000);
        }
      }
      case "nonblocking" -> nonblocking(remote);
      case "asynchronous" -> {
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
          channel.connect(remote).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
      }
      case "handler" -> handler(remote);
      case "ssl" -> SSLSocketFactory.getDefault().createSocket(host, port).close();
      case "layered" -> {
        try (Socket socket = new Socket(host, port)) {
          ((SSLSocketFactory) SSLSocketFactory.getDefault())
              .createSocket(socket, host, port, true)
              .close();
        }
      }
      case "netty" -> netty(remote);
      case "url" -> {
        int status =
            ((HttpURLConnection) uri(host, port).toURL().openConnection()).getResponseCode();
        throw new IOException("status " + status);
      }
      default -> {
        HttpResponse<Void> response =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(uri(host, port))
                        .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                        .build(),
                    HttpResponse.BodyHandlers.discarding());
        throw new IOException("status " + response.statusCode());
      }
    }
  }

  private static URI uri(String host, int port) {
    return URI.create("http://" + host + ":" + port + "/");
  }

  private static void nonblocking(InetSocketAddress remote) throws IOException {
    try (SocketChannel channel = SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(remote)) {
        selector.select(PATIENCE_SECONDS * 1000L);
        if (!channel.finishConnect()) {
          throw new SocketTimeoutException("not connected in time");
        }
      }
    }
  }

  private static void handler(InetSocketAddress remote) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
      channel.connect(
          remote,
          null,
          new CompletionHandler<Void, Void>() {
            @Override
            public void completed(Void result, Void attachment) {
              done.complete(null);
            }

            @Override
            public void failed(Throwable failure, Void attachment) {
              done.completeExceptionally(failure);
            }
          });
      done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void netty(InetSocketAddress remote)
      throws InterruptedException, ExecutionException {
    EventLoopGroup group = new NioEventLoopGroup(1);
    try {
      new Bootstrap()
          .group(group)
          .channel(NioSocketChannel.class)
          .handler(new ChannelInboundHandlerAdapter())
          .connect(remote)
          .get();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
