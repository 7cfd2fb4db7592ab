package dev.weft.xds.oracle;

import dev.weft.xds.oracle.RandomRequests.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Asks an Envoy over one connection. */
final class OracleCaller {

  private final Socket socket;
  private final BufferedReader in;

  OracleCaller(Socket socket) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  Socket socket() {
    return socket;
  }

  /**
   * @param number of the case
   */
  int status(Request request, int number) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    text.append("host: ").append(request.host()).append("\r\n");
    text.append(EnvoyGuard.CASE).append(": ").append(number).append("\r\n");
    for (Map.Entry<String, String> header : request.headers()) {
      text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    text.append("content-length: 0\r\n\r\n");
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    String status = String.valueOf(in.readLine());
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.startsWith("content-length: ")) {
        length = Integer.parseInt(line.substring("content-length: ".length()));
      }
    }
    for (int i = 0; i < length; i++) {
      in.read();
    }
    if (!status.startsWith("HTTP/1.1 ")) {
      throw new IOException(status + " (expected: an answer to " + request + ")");
    }
    return Integer.parseInt(status.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }
}
