package dev.weft.instrumentation.javahttpclient;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What is not public of the client. A client without it cannot be woven: this class fails. */
final class Internals {

  private static final String PACKAGE = "jdk.internal.net.http.";

  private static final MethodHandle SEND_ASYNC;
  private static final MethodHandle AUTHORITY;
  private static final MethodHandle USER_REQUEST;
  private static final MethodHandle ADDRESS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      SEND_ASYNC = sendAsync(lookup);
      Method authority = type("HttpRequestImpl").getDeclaredMethod("authority");
      authority.setAccessible(true);
      AUTHORITY =
          lookup
              .unreflect(authority)
              .asType(MethodType.methodType(InetSocketAddress.class, HttpRequest.class));
      Method address = type("HttpConnection").getDeclaredMethod("address");
      address.setAccessible(true);
      ADDRESS =
          lookup
              .unreflect(address)
              .asType(MethodType.methodType(InetSocketAddress.class, Object.class));
      // response.exchange.multi.userRequest
      MethodHandle exchange = getter(lookup, "Response", "exchange");
      MethodHandle multi = getter(lookup, "Exchange", "multi");
      MethodHandle request = getter(lookup, "MultiExchange", "userRequest");
      USER_REQUEST =
          MethodHandles.filterReturnValue(
              MethodHandles.filterReturnValue(exchange, multi), request);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Internals() {}

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + name, false, HttpClient.class.getClassLoader());
  }

  private static MethodHandle sendAsync(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Method method =
        type("HttpClientImpl")
            .getDeclaredMethod(
                "sendAsync",
                HttpRequest.class,
                BodyHandler.class,
                PushPromiseHandler.class,
                Executor.class);
    method.setAccessible(true);
    return lookup
        .unreflect(method)
        .asType(
            MethodType.methodType(
                CompletableFuture.class,
                HttpClient.class,
                HttpRequest.class,
                BodyHandler.class,
                PushPromiseHandler.class,
                Executor.class));
  }

  private static MethodHandle getter(MethodHandles.Lookup lookup, String type, String field)
      throws ReflectiveOperationException {
    Field found = type(type).getDeclaredField(field);
    found.setAccessible(true);
    return lookup.unreflectGetter(found).asType(MethodType.methodType(Object.class, Object.class));
  }

  /**
   * Sends asynchronously.
   *
   * @param executor as the client was called with: null when a thread waits for the response
   */
  @SuppressWarnings("unchecked") // the method's own generic signature
  static <T> CompletableFuture<java.net.http.HttpResponse<T>> sendAsync(
      HttpClient client,
      HttpRequest request,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> push,
      @Nullable Executor executor) {
    try {
      return (CompletableFuture<java.net.http.HttpResponse<T>>)
          (CompletableFuture<?>)
              SEND_ASYNC.invokeExact(
                  client,
                  request,
                  (BodyHandler<?>) handler,
                  (PushPromiseHandler<?>) push,
                  executor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("declared by no method of the client", e);
    }
  }

  /** The address of the client's own copy of a request. */
  static @Nullable InetSocketAddress authority(HttpRequest request) {
    try {
      return (InetSocketAddress) AUTHORITY.invokeExact(request);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("declared by no method of the client", e);
    }
  }

  /** Where a connection leads. */
  static InetSocketAddress addressOf(Object connection) {
    try {
      return (InetSocketAddress) ADDRESS.invokeExact(connection);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("declared by no method of the client", e);
    }
  }

  /** The request that the client was given, from a response on its way. */
  static @Nullable Object userRequest(Object response) {
    try {
      return (Object) USER_REQUEST.invokeExact(response);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("declared by no field of the client", e);
    }
  }
}
