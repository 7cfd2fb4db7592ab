package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.Proxy;
import java.net.URL;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.HttpClient;
import sun.net.www.protocol.http.HttpURLConnection;

/** What is not public of the JDK's connections to HTTPS servers. */
final class HttpsClients {

  private static final MethodHandle NEW;
  private static final MethodHandle SESSION;
  private static final MethodHandle HOST;
  private static final MethodHandle URL_OF;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> type = Class.forName("sun.net.www.protocol.https.HttpsClient");
      MethodType made =
          MethodType.methodType(
              HttpClient.class,
              SSLSocketFactory.class,
              URL.class,
              HostnameVerifier.class,
              Proxy.class,
              boolean.class,
              int.class,
              HttpURLConnection.class);
      Method create = type.getDeclaredMethod("New", made.parameterArray());
      Method session = type.getDeclaredMethod("getSSLSession");
      create.setAccessible(true);
      session.setAccessible(true);
      NEW = lookup.unreflect(create).asType(made);
      SESSION =
          lookup
              .unreflect(session)
              .asType(MethodType.methodType(SSLSession.class, HttpClient.class));
      HOST = setter(lookup, "host");
      URL_OF = setter(lookup, "url");
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private HttpsClients() {}

  private static MethodHandle setter(MethodHandles.Lookup lookup, String name)
      throws ReflectiveOperationException {
    Field field = HttpClient.class.getDeclaredField(name);
    field.setAccessible(true);
    return lookup.unreflectSetter(field);
  }

  /** A connection, from the pool or new; new ones have not begun TLS yet. */
  static HttpClient open(
      SSLSocketFactory factory,
      URL url,
      HostnameVerifier verifier,
      @Nullable Proxy proxy,
      boolean pooled,
      int timeout,
      HttpURLConnection owner)
      throws IOException {
    try {
      return (HttpClient) NEW.invokeExact(factory, url, verifier, proxy, pooled, timeout, owner);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** The session of a connection whose handshake is over. */
  static @Nullable SSLSession session(HttpClient client) {
    try {
      return (SSLSession) SESSION.invokeExact(client);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("declared by no method of the JDK", e);
    }
  }

  /**
   * Begins TLS, where it has not begun, with a server of another name than that by which it was
   * found, and pooled. The JDK reads both while it asks for the name and verifies it.
   */
  static void secure(HttpClient client, URL found, String server) throws IOException {
    try {
      name(client, new URL("https", server, found.getPort(), found.getFile()), server);
      client.afterConnect();
    } finally {
      name(client, found, found.getHost());
    }
  }

  private static void name(HttpClient client, URL url, String host) throws IOException {
    try {
      HOST.invokeExact(client, host);
      URL_OF.invokeExact(client, url);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static IOException failure(Throwable e) {
    if (e instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof IOException failure ? failure : new IOException(e);
  }
}
