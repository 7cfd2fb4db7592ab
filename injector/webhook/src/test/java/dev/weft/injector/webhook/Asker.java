package dev.weft.injector.webhook;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a webhook as the API server does: believes the configuration's {@code caBundle} alone, and
 * that only for the Service's name, wherever it connects to.
 */
final class Asker implements AutoCloseable {

  private final SSLSocket socket;
  private final String name;

  /** What came back. */
  record Response(int status, String body) {}

  private Asker(SSLSocket socket, String name) {
    this.socket = socket;
    this.name = name;
  }

  static Asker connect(InetSocketAddress to, String name, String bundle)
      throws IOException, GeneralSecurityException {
    KeyStore believed = KeyStore.getInstance("PKCS12");
    believed.load(null, null);
    int i = 0;
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(Base64.getDecoder().decode(bundle)))) {
      believed.setCertificateEntry("ca" + i++, each);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(believed);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    Socket plain = new Socket(to.getAddress(), to.getPort());
    plain.setTcpNoDelay(true);
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, name, 443, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new Asker(socket, name);
  }

  Response post(String path, byte[] body) throws IOException {
    String head =
        "POST " + path + " HTTP/1.1\r\nHost: " + name + "\r\nContent-Length: " + body.length;
    OutputStream out = socket.getOutputStream();
    try {
      out.write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
    } catch (IOException e) {
      return response(); // it has answered before everything was sent
    }
    return response();
  }

  private Response response() throws IOException {
    InputStream in = socket.getInputStream();
    int status = Integer.parseInt(line(in).split(" ", -1)[1]);
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
    }
    byte[] body = new byte[length];
    new DataInputStream(in).readFully(body);
    return new Response(status, new String(body, StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("ended after " + line);
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
