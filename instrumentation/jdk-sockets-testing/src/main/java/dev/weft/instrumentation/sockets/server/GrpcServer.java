package dev.weft.instrumentation.sockets.server;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** grpc-java on Netty, as its users start it: no transport is named. */
public final class GrpcServer implements Server {

  /** Answers what it was asked. */
  public static final MethodDescriptor<byte[], byte[]> ECHO = method("echo", MethodType.UNARY);

  /** Answers each message at once. */
  public static final MethodDescriptor<byte[], byte[]> STREAM =
      method("stream", MethodType.BIDI_STREAMING);

  private static final int LARGEST = 64 << 20;

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new Plain(), new Plain())
        .setFullMethodName("weft.Echo/" + name)
        .setType(type)
        .build();
  }

  @Override
  public void start(int port, Path folder) throws IOException {
    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .maxInboundMessageSize(LARGEST)
        .addService(
            ServerServiceDefinition.builder("weft.Echo")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcServer::echo))
                .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(Echoing::new))
                .build())
        .build()
        .start();
  }

  private static void echo(byte[] message, StreamObserver<byte[]> answers) {
    answers.onNext(message);
    answers.onCompleted();
  }

  private record Echoing(StreamObserver<byte[]> answers) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      answers.onNext(message);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }
  }

  private static final class Plain implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream in) {
      try {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
