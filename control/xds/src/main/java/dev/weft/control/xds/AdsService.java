package dev.weft.control.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.model.Principal;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.service.discovery.v3.AggregatedDiscoveryService}, with responses as frames. */
final class AdsService implements BindableService {

  private static final String NAME = "envoy.service.discovery.v3.AggregatedDiscoveryService";

  private static final MethodDescriptor<byte[], Frame> STATE = method("StreamAggregatedResources");
  private static final MethodDescriptor<byte[], Frame> DELTA = method("DeltaAggregatedResources");

  private final ServerContext context;

  private final Supplier<@Nullable Principal> callers;

  AdsService(ServerContext context, Supplier<@Nullable Principal> callers) {
    this.context = context;
    this.callers = callers;
  }

  private static MethodDescriptor<byte[], Frame> method(String name) {
    return MethodDescriptor.<byte[], Frame>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name))
        .setRequestMarshaller(RawRequests.MARSHALLER)
        .setResponseMarshaller(Frame.MARSHALLER)
        .build();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(NAME)
        .addMethod(
            STATE,
            ServerCalls.asyncBidiStreamingCall(
                responses -> {
                  GrpcOutbox outbox = new GrpcOutbox(responses);
                  StateStream stream = new StateStream(context, outbox, peer());
                  return requests(
                      stream, outbox, it -> stream.received(DiscoveryRequest.parseFrom(it)));
                }))
        .addMethod(
            DELTA,
            ServerCalls.asyncBidiStreamingCall(
                responses -> {
                  GrpcOutbox outbox = new GrpcOutbox(responses);
                  DeltaStream stream = new DeltaStream(context, outbox, peer());
                  return requests(
                      stream, outbox, it -> stream.received(DeltaDiscoveryRequest.parseFrom(it)));
                }))
        .build();
  }

  private Peer peer() {
    Principal principal = callers.get();
    return new Peer(PeerAddress.current(), principal == null ? null : principal.id());
  }

  /** What is done with one request. */
  private interface Receiver {
    void received(byte[] request) throws InvalidProtocolBufferException;
  }

  private static StreamObserver<byte[]> requests(
      AdsStream stream, GrpcOutbox outbox, Receiver receiver) {
    outbox.responses.setOnReadyHandler(stream::schedule);
    outbox.responses.setOnCancelHandler(stream::close);
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] request) {
        try {
          receiver.received(request);
        } catch (InvalidProtocolBufferException e) {
          // Parsed here, because gRPC would write a stack trace for each that a stranger sends.
          stream.refuse(Status.INVALID_ARGUMENT.withDescription("no request: " + e.getMessage()));
        }
      }

      @Override
      public void onError(Throwable failure) {
        // The client is gone: cancelled, or its connection broken.
        stream.close();
      }

      @Override
      public void onCompleted() {
        stream.complete();
      }
    };
  }

  /** gRPC's side of a stream. */
  private static final class GrpcOutbox implements Outbox {

    private final ServerCallStreamObserver<Frame> responses;

    GrpcOutbox(StreamObserver<Frame> responses) {
      this.responses = (ServerCallStreamObserver<Frame>) responses;
    }

    @Override
    public boolean ready() {
      return responses.isReady();
    }

    @Override
    public void send(Frame frame) {
      responses.onNext(frame);
    }

    @Override
    public void complete() {
      responses.onCompleted();
    }

    @Override
    public void fail(Status status) {
      responses.onError(status.asRuntimeException());
    }
  }
}
