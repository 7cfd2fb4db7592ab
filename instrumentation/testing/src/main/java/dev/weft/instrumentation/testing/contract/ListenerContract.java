package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.ScriptedMesh;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever accepts connections is reported, from when it can until it cannot. */
@Timeout(60)
class ListenerContract {

  private static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @AfterEach
  void nothingFailedAndNothingIsLeft() {
    assertThat(MESH.suppressed()).isEmpty();
    assertThat(MESH.listening()).isEmpty();
  }

  @Test
  void aServerSocket() throws Exception {
    try (ServerSocket server = new ServerSocket()) {
      assertThat(MESH.listening()).isEmpty();
      server.bind(ANY);
      assertThat(MESH.listening())
          .containsExactly((InetSocketAddress) server.getLocalSocketAddress());
    }
  }

  @Test
  void aServerSocketOnEveryAddress() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      InetSocketAddress reported = MESH.listening().get(0);
      assertThat(reported.getAddress().isAnyLocalAddress()).isTrue();
      assertThat(reported.getPort()).isEqualTo(server.getLocalPort());
    }
  }

  @Test
  void aChannel() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.configureBlocking(false);
      server.bind(ANY);
      assertThat(MESH.listening()).containsExactly((InetSocketAddress) server.getLocalAddress());
    }
  }

  @Test
  void anAsynchronousChannel() throws Exception {
    try (AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open()) {
      server.bind(ANY);
      assertThat(MESH.listening()).containsExactly((InetSocketAddress) server.getLocalAddress());
    }
  }

  @Test
  void butNothingOfTheUnixDomain() throws Exception {
    Path folder = Files.createTempDirectory("listener");
    Path path = folder.resolve("socket");
    try (ServerSocketChannel server =
        ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      server.bind(java.net.UnixDomainSocketAddress.of(path));
      assertThat(MESH.listening()).isEmpty();
    } finally {
      Files.deleteIfExists(path);
      Files.delete(folder);
    }
  }
}
