package dev.weft.instrumentation.testing.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Channels and servers over the transport that {@code contract.probe} names, and calls. */
final class Grpc {

  private static final String PACKAGE =
      System.getProperty("contract.probe", "").equals("grpc-netty-shaded")
          ? "io.grpc.netty.shaded.io.grpc.netty."
          : "io.grpc.netty.";

  private Grpc() {}

  /** In plaintext. */
  static ManagedChannelBuilder<?> channel(String target) {
    ManagedChannelBuilder<?> builder =
        (ManagedChannelBuilder<?>) made("NettyChannelBuilder", "forTarget", String.class, target);
    return builder.usePlaintext();
  }

  static ServerBuilder<?> server(int port) {
    return (ServerBuilder<?>) made("NettyServerBuilder", "forPort", int.class, port);
  }

  private static Object made(String builder, String factory, Class<?> type, Object argument) {
    try {
      return Class.forName(PACKAGE + builder).getMethod(factory, type).invoke(null, argument);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the transport of contract.probe is not on the class path", e);
    }
  }

  static Server serve(Echo echo) {
    return serve(echo, 0);
  }

  static Server serve(Echo echo, int port) {
    try {
      return server(port).addService(echo.service()).intercept(Echo.remembering()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InetSocketAddress at(Server server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
  }

  /** A port that nobody listens on. */
  static InetSocketAddress nobody() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer, or {@code CODE: description}. */
  static String unary(Channel channel, String text) {
    return unary(channel, text, CallOptions.DEFAULT);
  }

  static String unary(Channel channel, String text, CallOptions options) {
    try {
      return ClientCalls.blockingUnaryCall(channel, Echo.UNARY, options, text);
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
    }
  }

  /** Sends as fast as flow control lets it, never waiting for an answer. */
  static String count(Channel channel, int messages, int size) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    ClientCalls.asyncClientStreamingCall(
        channel.newCall(Echo.COUNT, CallOptions.DEFAULT),
        new ClientResponseObserver<String, String>() {
          private int sent;

          @Override
          public void beforeStart(ClientCallStreamObserver<String> stream) {
            stream.setOnReadyHandler(
                () -> {
                  while (stream.isReady() && sent < messages) {
                    sent++;
                    stream.onNext("x".repeat(size));
                    if (sent == messages) {
                      stream.onCompleted();
                    }
                  }
                });
          }

          @Override
          public void onNext(String text) {
            answer.complete(text);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {}
        });
    return answer.get(20, TimeUnit.SECONDS);
  }

  /** Each message answers the one before; the number of answers. */
  static int talk(Channel channel, int messages) throws Exception {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    CompletableFuture<StreamObserver<String>> mine = new CompletableFuture<>();
    StreamObserver<String> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(Echo.TALK, CallOptions.DEFAULT),
            new StreamObserver<>() {
              private int answered;

              @Override
              public void onNext(String text) {
                if (!text.equals(Integer.toString(answered))) {
                  end.completeExceptionally(new AssertionError("out of order: " + text));
                }
                answered++;
                if (answered < messages) {
                  mine.join().onNext(Integer.toString(answered));
                } else {
                  mine.join().onCompleted();
                }
              }

              @Override
              public void onError(Throwable failure) {
                end.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                end.complete(answered);
              }
            });
    requests.onNext("0");
    mine.complete(requests);
    return end.get(20, TimeUnit.SECONDS);
  }
}
