package dev.weft.instrumentation.javahttpclient;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** What is woven into the client. */
// The woven methods have erased parameters; an assigned parameter is the field behind it.
@SuppressWarnings({"rawtypes", "UnusedVariable"})
final class ClientAdvice {

  private ClientAdvice() {}

  /** Joins a call. */
  static final class SendAsync {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static @Nullable CompletableFuture enter(
        @Advice.This HttpClient client,
        @Advice.Argument(0) HttpRequest request,
        @Advice.Argument(1) BodyHandler handler,
        @Advice.Argument(2) @Nullable PushPromiseHandler push,
        @Advice.Argument(3) @Nullable Executor executor) {
      return JavaHttpClientCalls.join(client, request, handler, push, executor);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Enter @Nullable CompletableFuture joined,
        @Advice.Return(readOnly = false) CompletableFuture returned) {
      if (joined != null) {
        returned = joined;
      }
    }
  }

  /** The client's own copy of a try's request takes over its address, and no proxy. */
  static final class Pin {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.Argument(0) HttpRequest request,
        @Advice.Argument(value = 1, readOnly = false) @Nullable ProxySelector proxies) {
      proxies = JavaHttpClientCalls.proxies(proxies, request);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Argument(0) HttpRequest request,
        @Advice.FieldValue(value = "authority", readOnly = false)
            @Nullable InetSocketAddress authority) {
      authority = JavaHttpClientCalls.address(request);
    }
  }

  /** So does what the client makes of it when it has to authenticate. */
  static final class KeepPin {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Argument(2) HttpRequest request,
        @Advice.FieldValue(value = "authority", readOnly = false)
            @Nullable InetSocketAddress authority) {
      authority = JavaHttpClientCalls.pinOf(request);
    }
  }

  /** Where to connect, and what to pool by. */
  static final class Address {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static @Nullable InetSocketAddress enter(
        @Advice.FieldValue("authority") @Nullable InetSocketAddress authority) {
      return JavaHttpClientCalls.pinned(authority);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Enter @Nullable InetSocketAddress pinned,
        @Advice.Return(readOnly = false) InetSocketAddress returned) {
      if (pinned != null) {
        returned = pinned;
      }
    }
  }

  /** An endpoint that has a server's name is connected to by its address alone. */
  static final class Endpoint {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) @Nullable InetSocketAddress returned) {
      returned = JavaHttpClientCalls.endpoint(returned);
    }
  }

  /** What HTTP/2 connections are pooled by: by itself the name alone, not the endpoint. */
  static final class PoolKey {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Argument(0) Object of, @Advice.Return(readOnly = false) String returned) {
      returned = JavaHttpClientCalls.poolKey(returned, of);
    }
  }

  /** Whether to try again is the engine's to say. */
  static final class NoRetry {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static boolean enter(@Advice.FieldValue("userRequest") HttpRequest request) {
      return JavaHttpClientCalls.isTry(request);
    }
  }

  /** Redirects of a try are followed as calls of their own. */
  static final class NoRedirect {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static boolean enter(@Advice.Argument(0) Object response) {
      return JavaHttpClientCalls.isResponseToTry(response);
    }
  }
}
