package dev.weft.e2e;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Has a secret at {@code shop.Guarded/Secret}, and answers every other method to everybody.
 * Argument: the transport, {@code netty} or {@code netty-shaded}. It also tells the secret to
 * whoever sends {@code x-key: open} in any of that header's values, or asks for the host {@code
 * secret.com}; and what it saw of {@code x-forwarded-client-cert} to whoever asks {@code Identity}.
 */
public final class GrpcGuarded {

  /** Of texts as bytes. */
  static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final Context.Key<Metadata> HEADERS = Context.key("headers");
  private static final Context.Key<String> AUTHORITY = Context.key("authority");
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("x-key", Metadata.ASCII_STRING_MARSHALLER);

  private GrpcGuarded() {}

  static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.newBuilder(TEXT, TEXT)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerBuilder<?> builder =
        args[0].equals("netty")
            ? io.grpc.netty.NettyServerBuilder.forAddress(address)
            : io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder.forAddress(address);
    Server server =
        builder.fallbackHandlerRegistry(new Any()).intercept(new Remembering()).build().start();
    System.out.println("ready " + server.getPort());
    server.awaitTermination();
  }

  private static final class Remembering implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      Context context =
          Context.current()
              .withValue(HEADERS, headers)
              .withValue(AUTHORITY, String.valueOf(call.getAuthority()));
      return Contexts.interceptCall(context, call, headers, next);
    }
  }

  private static final class Any extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      return ServerMethodDefinition.create(
          method(name),
          ServerCalls.asyncUnaryCall(
              (String request, io.grpc.stub.StreamObserver<String> responses) -> {
                responses.onNext(answer(name));
                responses.onCompleted();
              }));
    }

    private static String answer(String method) {
      Metadata headers = HEADERS.get();
      if (method.endsWith("/Identity")) {
        return "seen " + headers.keys();
      }
      Iterable<String> keys = headers.getAll(KEY);
      boolean isOpen = false;
      if (keys != null) {
        for (String key : keys) {
          isOpen |= key.strip().equals("open");
        }
      }
      boolean isSecret =
          method.equals("shop.Guarded/Secret")
              || AUTHORITY.get().toLowerCase(Locale.ROOT).startsWith("secret.com");
      return isOpen || isSecret ? "SECRET" : "public";
    }
  }

  /** As the stubs of generated code. */
  static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(20, java.util.concurrent.TimeUnit.SECONDS);
  }
}
