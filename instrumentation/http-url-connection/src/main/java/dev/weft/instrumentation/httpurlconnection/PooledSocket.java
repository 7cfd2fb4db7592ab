package dev.weft.instrumentation.httpurlconnection;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.Socket;
import java.net.SocketImpl;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.HttpClient;

/**
 * Whether a pooled connection is still good. The JDK does not look: it sends, and when that fails
 * it silently sends again. That is off, so a connection that its server has closed must be seen
 * before anything is sent. A connection that waits for a request has nothing to read: what can be
 * read there is its end. Asking costs one system call, and waits for nothing.
 */
final class PooledSocket {

  private static final int POLLIN = 1; // on every Unix; elsewhere the handles below are missing

  /** From an HttpClient to its file descriptor; null: this JDK does not let us ask. */
  private static final @Nullable MethodHandle DESCRIPTOR;

  private static final @Nullable MethodHandle POLL;

  static {
    MethodHandle descriptor = null;
    MethodHandle poll = null;
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      poll = poll(lookup);
      descriptor = descriptor(lookup);
    } catch (ReflectiveOperationException | RuntimeException e) {
      poll = null; // then a request on a closed connection fails, and the engine decides
    }
    DESCRIPTOR = descriptor;
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

  private static MethodHandle descriptor(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Field socket = Class.forName("sun.net.NetworkClient").getDeclaredField("serverSocket");
    Method impl = Socket.class.getDeclaredMethod("getImpl");
    Method descriptor = SocketImpl.class.getDeclaredMethod("getFileDescriptor");
    socket.setAccessible(true);
    impl.setAccessible(true);
    descriptor.setAccessible(true);
    return MethodHandles.filterReturnValue(
            MethodHandles.filterReturnValue(
                lookup
                    .unreflectGetter(socket)
                    .asType(MethodType.methodType(Socket.class, HttpClient.class)),
                lookup.unreflect(impl)),
            lookup.unreflect(descriptor))
        .asType(MethodType.methodType(FileDescriptor.class, HttpClient.class));
  }

  /** Whether a connection from the pool was closed by its server. */
  static boolean isClosed(HttpClient pooled) {
    if (DESCRIPTOR == null || POLL == null) {
      return false;
    }
    try {
      FileDescriptor descriptor = (FileDescriptor) DESCRIPTOR.invokeExact(pooled);
      return (int) POLL.invokeExact(descriptor, POLLIN, 0L) != 0;
    } catch (Throwable e) {
      return true; // a socket that cannot even be asked
    }
  }
}
