package dev.weft.identity;

import dev.weft.bridge.Wire.Plan;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/** Two ends of TLS over a real connection: shake hands, verify, and exchange one word each way. */
final class Loopback {

  private Loopback() {}

  /**
   * How a connection went.
   *
   * @param client the peer that the client saw, or its failure
   * @param server the peer that the server saw, or its failure
   */
  record Outcome(String client, String server, String protocol, long createdMillis) {
    boolean failed() {
      return client.startsWith("!") || server.startsWith("!");
    }
  }

  static Outcome connect(Plan client, Plan server) throws IOException, InterruptedException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel dialled = SocketChannel.open(listener.getLocalAddress());
      SocketChannel accepted = listener.accept();
      SSLEngine engine = ((Plan.Tls) client).engine();
      CompletableFuture<String> other =
          CompletableFuture.supplyAsync(() -> end(accepted, (Plan.Tls) server));
      String own = end(dialled, (Plan.Tls) client);
      try {
        return new Outcome(
            own,
            other.get(20, TimeUnit.SECONDS),
            String.valueOf(engine.getApplicationProtocol()),
            engine.getSession().getCreationTime());
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException(e);
      }
    }
  }

  private static String end(SocketChannel channel, Plan.Tls plan) {
    try (channel) {
      End end = new End(channel, plan.engine());
      end.shake();
      String peer = String.valueOf(plan.verifier().verify(plan.engine().getSession()));
      end.send("word");
      // Reading takes the tickets in, too, which come after the handshake.
      String word = end.receive();
      return word.equals("word") ? peer : "!" + word;
    } catch (IOException | RuntimeException e) {
      return "!" + e.getMessage();
    }
  }

  private static final class End {
    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();
    private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);

    End(SocketChannel channel, SSLEngine engine) {
      this.channel = channel;
      this.engine = engine;
    }

    void shake() throws IOException {
      engine.beginHandshake();
      ByteBuffer nothing = ByteBuffer.allocate(0);
      ByteBuffer plain = ByteBuffer.allocate(32 * 1024);
      for (HandshakeStatus status = engine.getHandshakeStatus();
          status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
          status = engine.getHandshakeStatus()) {
        switch (status) {
          case NEED_TASK -> engine.getDelegatedTask().run();
          case NEED_WRAP -> wrap(nothing);
          default -> unwrap(plain);
        }
      }
    }

    private void wrap(ByteBuffer plain) throws IOException {
      out.clear();
      try {
        engine.wrap(plain, out);
      } finally {
        out.flip();
        while (out.hasRemaining()) {
          channel.write(out);
        }
      }
    }

    private void unwrap(ByteBuffer plain) throws IOException {
      try {
        SSLEngineResult result = engine.unwrap(in, plain);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new EOFException("the peer has closed");
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
          in.compact();
          int read = channel.read(in);
          in.flip();
          if (read < 0) {
            throw new EOFException("the peer has gone");
          }
        }
      } catch (IOException e) {
        alert();
        throw e;
      }
    }

    // What an engine has to say when it fails.
    private void alert() {
      try {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          wrap(ByteBuffer.allocate(0));
        }
      } catch (IOException e) {
        // The failure itself is told.
      }
    }

    void send(String word) throws IOException {
      wrap(ByteBuffer.wrap(word.getBytes(StandardCharsets.US_ASCII)));
    }

    String receive() throws IOException {
      ByteBuffer plain = ByteBuffer.allocate(32 * 1024);
      while (plain.position() == 0) {
        unwrap(plain);
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
          engine.getDelegatedTask().run();
        }
      }
      return new String(plain.array(), 0, plain.position(), StandardCharsets.US_ASCII);
    }
  }
}
