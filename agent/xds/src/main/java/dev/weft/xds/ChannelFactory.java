package dev.weft.xds;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;

/** Opens the connections that a client speaks HTTP/2 over. */
public interface ChannelFactory {

  /** {@code http} or {@code https}: what requests say of this channel. */
  String scheme();

  /**
   * Opens a connection; blocks, on a thread of the agent.
   *
   * @param timeout for each address that the name stands for
   * @throws IOException where none of them answers
   */
  Socket open(String host, int port, Duration timeout) throws IOException;

  /** Makes a connected socket secure, or fails and closes it. */
  @FunctionalInterface
  interface Handshake {
    Socket secure(Socket plain, String host, int port, Duration timeout) throws IOException;
  }

  /** HTTP/2 over TLS. */
  static ChannelFactory secured(Handshake handshake) {
    ChannelFactory plain = plaintext();
    return new ChannelFactory() {
      @Override
      public String scheme() {
        return "https";
      }

      @Override
      public Socket open(String host, int port, Duration timeout) throws IOException {
        return handshake.secure(plain.open(host, port, timeout), host, port, timeout);
      }
    };
  }

  /** Plaintext HTTP/2 with prior knowledge. */
  static ChannelFactory plaintext() {
    return new ChannelFactory() {
      @Override
      public String scheme() {
        return "http";
      }

      @Override
      public Socket open(String host, int port, Duration timeout) throws IOException {
        IOException failure = new IOException(host + ": no address");
        for (InetAddress address : InetAddress.getAllByName(host)) {
          // Never by a proxy of the application's.
          Socket socket = new Socket(Proxy.NO_PROXY);
          try {
            socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
            socket.setTcpNoDelay(true);
            return socket;
          } catch (IOException e) {
            socket.close();
            failure = e;
          }
        }
        throw failure;
      }
    };
  }
}
