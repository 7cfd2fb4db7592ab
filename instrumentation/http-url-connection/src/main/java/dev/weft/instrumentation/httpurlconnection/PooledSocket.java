package dev.weft.instrumentation.httpurlconnection;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.Socket;
import java.net.SocketImpl;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.HttpClient;

/**
 * Whether a pooled connection is still good. The JDK does not look: it sends, and when that fails
 * it silently sends again. That is off, so a connection that its server has closed must be seen
 * before anything is sent. A connection that waits for a request has nothing to read: what can be
 * read there is its end. Asking costs one system call, and waits for nothing.
 */
final class PooledSocket {

  private static final String TLS = "sun.security.ssl.BaseSSLSocketImpl";

  private static final int POLLIN = 1; // on every Unix; elsewhere the handles below are missing

  /** From an HttpClient to its socket; null: this JDK does not let us ask. */
  private static final @Nullable MethodHandle SOCKET;

  /** From a socket to its file descriptor; null: likewise. */
  private static final @Nullable MethodHandle DESCRIPTOR;

  /** From a socket of the JDK's TLS to the one that it is put around; null: likewise. */
  private static final @Nullable MethodHandle BENEATH;

  private static final @Nullable MethodHandle POLL;

  static {
    MethodHandle socket = null;
    MethodHandle descriptor = null;
    MethodHandle beneath = null;
    MethodHandle poll = null;
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      poll = poll(lookup);
      socket = socket(lookup);
      beneath = beneath(lookup);
      descriptor = descriptor(lookup);
    } catch (ReflectiveOperationException | RuntimeException e) {
      poll = null; // then a request on a closed connection fails, and the engine decides
    }
    SOCKET = socket;
    DESCRIPTOR = descriptor;
    BENEATH = beneath;
    POLL = poll;
  }

  private PooledSocket() {}

  private static MethodHandle poll(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Method method =
        Class.forName("sun.nio.ch.Net")
            .getDeclaredMethod("poll", FileDescriptor.class, int.class, long.class);
    method.setAccessible(true);
    return lookup.unreflect(method);
  }

  private static MethodHandle socket(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Field socket = Class.forName("sun.net.NetworkClient").getDeclaredField("serverSocket");
    socket.setAccessible(true);
    return lookup
        .unreflectGetter(socket)
        .asType(MethodType.methodType(Socket.class, HttpClient.class));
  }

  private static MethodHandle beneath(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Field self = Class.forName(TLS).getDeclaredField("self");
    self.setAccessible(true);
    return lookup.unreflectGetter(self).asType(MethodType.methodType(Socket.class, Socket.class));
  }

  private static MethodHandle descriptor(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Method impl = Socket.class.getDeclaredMethod("getImpl");
    Method descriptor = SocketImpl.class.getDeclaredMethod("getFileDescriptor");
    impl.setAccessible(true);
    descriptor.setAccessible(true);
    return MethodHandles.filterReturnValue(lookup.unreflect(impl), lookup.unreflect(descriptor))
        .asType(MethodType.methodType(FileDescriptor.class, Socket.class));
  }

  /** Whether a connection from the pool was closed by its server. */
  static boolean isClosed(HttpClient pooled) {
    if (SOCKET == null || DESCRIPTOR == null || BENEATH == null || POLL == null) {
      return false;
    }
    try {
      Socket socket = (Socket) SOCKET.invokeExact(pooled);
      if (socket instanceof SSLSocket && !isOfTheJdk(socket)) {
        return false; // somebody else's TLS: a request tells
      }
      Socket plain = socket instanceof SSLSocket ? (Socket) BENEATH.invokeExact(socket) : socket;
      FileDescriptor descriptor = (FileDescriptor) DESCRIPTOR.invokeExact(plain);
      return (int) POLL.invokeExact(descriptor, POLLIN, 0L) != 0;
    } catch (Throwable e) {
      return true; // a socket that cannot even be asked
    }
  }

  private static boolean isOfTheJdk(Socket socket) {
    for (Class<?> type = socket.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().equals(TLS)) {
        return true;
      }
    }
    return false;
  }
}
