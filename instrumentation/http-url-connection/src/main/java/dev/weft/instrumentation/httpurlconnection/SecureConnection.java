package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Mesh;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.ProtocolException;
import java.net.URL;
import java.security.Permission;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the application holds for an {@code https} URL: a {@link MeshConnection}, and its own TLS,
 * as the JDK has it in {@code HttpsURLConnectionImpl}. What the mesh has answered came from nobody:
 * there is no peer to be verified.
 */
final class SecureConnection extends HttpsURLConnection {

  /** The JDK's name for no cipher at all. */
  private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";

  private final MeshConnection connection;

  SecureConnection(Mesh mesh, URL url) throws IOException {
    super(url);
    connection =
        new MeshConnection(
            mesh, url, new Tls(this::getSSLSocketFactory, this::getHostnameVerifier));
  }

  // ---- TLS

  @Override
  public String getCipherSuite() {
    SSLSession session = connection.session();
    return session == null ? NO_CIPHER : session.getCipherSuite();
  }

  @Override
  @SuppressWarnings("NullAway") // null is the JDK's word for none
  public Certificate[] getLocalCertificates() {
    SSLSession session = connection.session();
    return session == null ? null : session.getLocalCertificates();
  }

  @Override
  public Certificate[] getServerCertificates() throws SSLPeerUnverifiedException {
    return verified().getPeerCertificates();
  }

  @Override
  public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
    return verified().getPeerPrincipal();
  }

  @Override
  @SuppressWarnings("NullAway") // likewise
  public Principal getLocalPrincipal() {
    SSLSession session = connection.session();
    return session == null ? null : session.getLocalPrincipal();
  }

  @Override
  public Optional<SSLSession> getSSLSession() {
    return Optional.ofNullable(connection.session());
  }

  private SSLSession verified() throws SSLPeerUnverifiedException {
    SSLSession session = connection.session();
    if (session == null) {
      throw new SSLPeerUnverifiedException("answered by the mesh: there was no peer");
    }
    return session;
  }

  // ---- all else

  @Override
  public void connect() throws IOException {
    connection.connect();
  }

  @Override
  public void disconnect() {
    connection.disconnect();
  }

  @Override
  public boolean usingProxy() {
    return connection.usingProxy();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return connection.getInputStream();
  }

  @Override
  public @Nullable InputStream getErrorStream() {
    return connection.getErrorStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return connection.getOutputStream();
  }

  @Override
  public int getResponseCode() throws IOException {
    return connection.getResponseCode();
  }

  @Override
  public @Nullable String getResponseMessage() throws IOException {
    return connection.getResponseMessage();
  }

  @Override
  public @Nullable String getHeaderField(@Nullable String name) {
    return connection.getHeaderField(name);
  }

  @Override
  public @Nullable String getHeaderField(int n) {
    return connection.getHeaderField(n);
  }

  @Override
  public @Nullable String getHeaderFieldKey(int n) {
    return connection.getHeaderFieldKey(n);
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return connection.getHeaderFields();
  }

  @Override
  public long getHeaderFieldDate(String name, long otherwise) {
    return connection.getHeaderFieldDate(name, otherwise);
  }

  @Override
  public int getHeaderFieldInt(String name, int otherwise) {
    return connection.getHeaderFieldInt(name, otherwise);
  }

  @Override
  public long getHeaderFieldLong(String name, long otherwise) {
    return connection.getHeaderFieldLong(name, otherwise);
  }

  @Override
  public int getContentLength() {
    return connection.getContentLength();
  }

  @Override
  public long getContentLengthLong() {
    return connection.getContentLengthLong();
  }

  @Override
  public @Nullable String getContentType() {
    return connection.getContentType();
  }

  @Override
  public @Nullable String getContentEncoding() {
    return connection.getContentEncoding();
  }

  @Override
  public long getExpiration() {
    return connection.getExpiration();
  }

  @Override
  public long getDate() {
    return connection.getDate();
  }

  @Override
  public long getLastModified() {
    return connection.getLastModified();
  }

  @Override
  public Object getContent() throws IOException {
    return connection.getContent();
  }

  @Override
  public Object getContent(Class<?>[] classes) throws IOException {
    return connection.getContent(classes);
  }

  @Override
  public void setRequestMethod(String name) throws ProtocolException {
    connection.setRequestMethod(name);
  }

  @Override
  public String getRequestMethod() {
    return connection.getRequestMethod();
  }

  @Override
  public void setRequestProperty(String name, @Nullable String value) {
    connection.setRequestProperty(name, value);
  }

  @Override
  public void addRequestProperty(String name, @Nullable String value) {
    connection.addRequestProperty(name, value);
  }

  @Override
  public @Nullable String getRequestProperty(@Nullable String name) {
    return connection.getRequestProperty(name);
  }

  @Override
  public Map<String, List<String>> getRequestProperties() {
    return connection.getRequestProperties();
  }

  @Override
  public void setDoInput(boolean value) {
    connection.setDoInput(value);
  }

  @Override
  public boolean getDoInput() {
    return connection.getDoInput();
  }

  @Override
  public void setDoOutput(boolean value) {
    connection.setDoOutput(value);
  }

  @Override
  public boolean getDoOutput() {
    return connection.getDoOutput();
  }

  @Override
  public void setAllowUserInteraction(boolean value) {
    connection.setAllowUserInteraction(value);
  }

  @Override
  public boolean getAllowUserInteraction() {
    return connection.getAllowUserInteraction();
  }

  @Override
  public void setUseCaches(boolean value) {
    connection.setUseCaches(value);
  }

  @Override
  public boolean getUseCaches() {
    return connection.getUseCaches();
  }

  @Override
  public void setIfModifiedSince(long value) {
    connection.setIfModifiedSince(value);
  }

  @Override
  public long getIfModifiedSince() {
    return connection.getIfModifiedSince();
  }

  @Override
  public void setDefaultUseCaches(boolean value) {
    connection.setDefaultUseCaches(value);
  }

  @Override
  public boolean getDefaultUseCaches() {
    return connection.getDefaultUseCaches();
  }

  @Override
  public void setConnectTimeout(int value) {
    connection.setConnectTimeout(value);
  }

  @Override
  public int getConnectTimeout() {
    return connection.getConnectTimeout();
  }

  @Override
  public void setReadTimeout(int value) {
    connection.setReadTimeout(value);
  }

  @Override
  public int getReadTimeout() {
    return connection.getReadTimeout();
  }

  @Override
  public void setInstanceFollowRedirects(boolean value) {
    connection.setInstanceFollowRedirects(value);
  }

  @Override
  public boolean getInstanceFollowRedirects() {
    return connection.getInstanceFollowRedirects();
  }

  @Override
  public void setFixedLengthStreamingMode(int length) {
    connection.setFixedLengthStreamingMode(length);
  }

  @Override
  public void setFixedLengthStreamingMode(long length) {
    connection.setFixedLengthStreamingMode(length);
  }

  @Override
  public void setChunkedStreamingMode(int length) {
    connection.setChunkedStreamingMode(length);
  }

  @Override
  public void setAuthenticator(Authenticator authenticator) {
    connection.setAuthenticator(authenticator);
  }

  @Override
  public URL getURL() {
    return connection.getURL();
  }

  @Override
  public Permission getPermission() throws IOException {
    return connection.getPermission();
  }

  @Override
  public String toString() {
    return connection.toString();
  }
}
