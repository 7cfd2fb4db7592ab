package dev.weft.telemetry.spans;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.util.zip.GZIPOutputStream;

/**
 * Posts encoded spans to a collector, on the calling thread. The JDK's own client does: spans are
 * few, and it costs nothing to start.
 */
final class OtlpSender {

  private static final int LARGEST_ANSWER = 4096;

  private final OtlpSettings settings;

  OtlpSender(OtlpSettings settings) {
    this.settings = settings;
  }

  /** What became of a request. */
  enum Result {
    SENT,
    /** The collector cannot take it now; it may later. */
    LATER,
    /** The collector will never take it. */
    REFUSED
  }

  Result send(byte[] request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) settings.endpoint().toURL().openConnection();
    byte[] body = settings.compressed() ? gzip(request) : request;
    connection.setConnectTimeout((int) settings.timeout().toMillis());
    connection.setReadTimeout((int) settings.timeout().toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    settings.headers().forEach(connection::setRequestProperty);
    connection.setRequestProperty("Content-Type", "application/x-protobuf");
    if (settings.compressed()) {
      connection.setRequestProperty("Content-Encoding", "gzip");
    }
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    drain(connection, status);
    return result(status);
  }

  // As the OTLP specification lists them.
  private static Result result(int status) {
    return switch (status) {
      case 429, 502, 503, 504 -> Result.LATER;
      default -> status / 100 == 2 ? Result.SENT : Result.REFUSED;
    };
  }

  // A body that was read leaves the connection to be used again.
  private static void drain(HttpURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in != null) {
        in.readNBytes(LARGEST_ANSWER);
      }
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 16);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
