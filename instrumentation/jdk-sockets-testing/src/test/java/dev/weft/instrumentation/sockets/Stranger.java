package dev.weft.instrumentation.sockets;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client that is not under the agent, and does as it likes. */
final class Stranger {

  private static final int TIMEOUT_MILLIS = 15_000;

  private final int port;

  Stranger(int port) {
    this.port = port;
  }

  /** A TCP connection. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    return socket;
  }

  /** TLS over a connection, with the mesh's ALPN unless another is given. */
  static SSLSocket tls(SSLContext context, Socket socket, String... protocols) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setApplicationProtocols(protocols.length == 0 ? new String[] {"weft"} : protocols);
    tls.setSSLParameters(parameters);
    return tls;
  }

  static byte[] request(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] lasting(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends, and reads to the end; null: the connection was reset or closed without an answer. */
  static @Nullable String ask(Socket socket, byte[] request) {
    try (Socket closing = socket) {
      closing.getOutputStream().write(request);
      closing.getOutputStream().flush();
      byte[] answer = closing.getInputStream().readAllBytes();
      return answer.length == 0 ? null : new String(answer, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return null;
    }
  }

  /** An honest request. */
  @Nullable String ask(SSLContext context, String path) throws IOException {
    return ask(tls(context, connect()), request(path));
  }

  /** Whether the server ends this connection in time, whatever it says before. */
  static boolean ends(Socket socket) {
    try (Socket closing = socket) {
      InputStream in = closing.getInputStream();
      while (in.read() >= 0) {
        // an alert, maybe
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** A socket that sends every byte by itself. */
  Socket dribbling() throws IOException {
    Socket socket =
        new Socket() {
          @Override
          public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
              @Override
              public void write(byte[] bytes, int offset, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                  super.write(bytes, offset + i, 1);
                  flush();
                }
              }
            };
          }
        };
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    return socket;
  }
}
