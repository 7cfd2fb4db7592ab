package dev.weft.instrumentation.testing.grpc;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A service of texts, in each of gRPC's four kinds. The text of a unary call says what becomes of
 * it: {@code fail:14}, {@code sleep:20} (milliseconds), {@code header:x-user}, {@code throw},
 * {@code name}; any other is sent back.
 */
final class Echo {

  static final MethodDescriptor<String, String> UNARY = method(MethodType.UNARY, "Unary");

  /** {@code 10:100}: that many messages, of that many characters. */
  static final MethodDescriptor<String, String> MANY = method(MethodType.SERVER_STREAMING, "Many");

  /** Answers {@code count:characters}. */
  static final MethodDescriptor<String, String> COUNT =
      method(MethodType.CLIENT_STREAMING, "Count");

  static final MethodDescriptor<String, String> TALK = method(MethodType.BIDI_STREAMING, "Talk");

  static final Metadata.Key<String> TRAILER =
      Metadata.Key.of("x-trailer", Metadata.ASCII_STRING_MARSHALLER);

  private static final io.grpc.Context.Key<Metadata> HEADERS = io.grpc.Context.key("headers");

  private static final ScheduledExecutorService LATER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "echo");
            thread.setDaemon(true);
            return thread;
          });

  private final String name;
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private volatile @Nullable InboundCall context;

  Echo(String name) {
    this.name = name;
  }

  /** Calls that reached the application. */
  int handled() {
    return handled.get();
  }

  /** So many unary calls fail with UNAVAILABLE first. */
  void failFirst(int calls) {
    failing.set(calls);
  }

  /** Of the last unary call. */
  @Nullable InboundCall context() {
    return context;
  }

  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("weft.test.Echo")
        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
        .addMethod(MANY, ServerCalls.asyncServerStreamingCall(this::many))
        .addMethod(COUNT, ServerCalls.asyncClientStreamingCall(this::count))
        .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(this::talk))
        .build();
  }

  /** Lets {@code header:} see the request's. */
  static ServerInterceptor remembering() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(
            io.grpc.Context.current().withValue(HEADERS, headers), call, headers, next);
      }
    };
  }

  private void unary(String text, StreamObserver<String> answer) {
    handled.incrementAndGet();
    context = Context.current();
    String argument = text.substring(text.indexOf(':') + 1);
    if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      answer.onError(Status.UNAVAILABLE.withDescription("try again").asException());
    } else if (text.startsWith("fail:")) {
      Metadata trailers = new Metadata();
      trailers.put(TRAILER, "told");
      Status status = Status.fromCodeValue(Integer.parseInt(argument));
      answer.onError(status.withDescription("as told").asException(trailers));
    } else if (text.startsWith("sleep:")) {
      LATER.schedule(() -> end(answer), Long.parseLong(argument), TimeUnit.MILLISECONDS);
    } else if (text.equals("throw")) {
      throw new IllegalStateException("on purpose");
    } else {
      answer.onNext(text.startsWith("header:") ? header(argument) : said(text));
      answer.onCompleted();
    }
  }

  private String said(String text) {
    return text.equals("name") ? name : text;
  }

  private static String header(String name) {
    Metadata headers = Objects.requireNonNull(HEADERS.get());
    return String.valueOf(headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }

  private void end(StreamObserver<String> answer) {
    try {
      answer.onNext(name);
      answer.onCompleted();
    } catch (RuntimeException e) {
      // The client has given up meanwhile.
    }
  }

  private void many(String text, StreamObserver<String> answer) {
    handled.incrementAndGet();
    int count = Integer.parseInt(text.substring(0, text.indexOf(':')));
    String message = "x".repeat(Integer.parseInt(text.substring(text.indexOf(':') + 1)));
    ServerCallStreamObserver<String> stream = (ServerCallStreamObserver<String>) answer;
    int[] sent = {0};
    stream.setOnCancelHandler(() -> {});
    stream.setOnReadyHandler(
        () -> {
          while (stream.isReady() && sent[0] < count) {
            sent[0]++;
            stream.onNext(message);
            if (sent[0] == count) {
              stream.onCompleted();
            }
          }
        });
  }

  private StreamObserver<String> count(StreamObserver<String> answer) {
    handled.incrementAndGet();
    return new StreamObserver<>() {
      private int messages;
      private long characters;

      @Override
      public void onNext(String text) {
        messages++;
        characters += text.length();
      }

      @Override
      public void onError(Throwable failure) {
        // The client is gone.
      }

      @Override
      public void onCompleted() {
        answer.onNext(messages + ":" + characters);
        answer.onCompleted();
      }
    };
  }

  private StreamObserver<String> talk(StreamObserver<String> answer) {
    handled.incrementAndGet();
    return new StreamObserver<>() {
      @Override
      public void onNext(String text) {
        answer.onNext(text);
      }

      @Override
      public void onError(Throwable failure) {
        // The client is gone.
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private static MethodDescriptor<String, String> method(MethodType type, String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName("weft.test.Echo/" + name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
