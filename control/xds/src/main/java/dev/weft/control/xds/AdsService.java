package dev.weft.control.xds;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/** {@code envoy.service.discovery.v3.AggregatedDiscoveryService}, with responses as frames. */
final class AdsService implements BindableService {

  private static final String NAME = "envoy.service.discovery.v3.AggregatedDiscoveryService";

  private static final MethodDescriptor<DiscoveryRequest, Frame> STATE =
      method("StreamAggregatedResources", DiscoveryRequest.getDefaultInstance());

  private static final MethodDescriptor<DeltaDiscoveryRequest, Frame> DELTA =
      method("DeltaAggregatedResources", DeltaDiscoveryRequest.getDefaultInstance());

  private final ServerContext context;

  AdsService(ServerContext context) {
    this.context = context;
  }

  private static <T extends com.google.protobuf.Message> MethodDescriptor<T, Frame> method(
      String name, T request) {
    return MethodDescriptor.<T, Frame>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
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
                  StateStream stream = new StateStream(context, outbox, PeerAddress.current());
                  return requests(stream, outbox, stream::received);
                }))
        .addMethod(
            DELTA,
            ServerCalls.asyncBidiStreamingCall(
                responses -> {
                  GrpcOutbox outbox = new GrpcOutbox(responses);
                  DeltaStream stream = new DeltaStream(context, outbox, PeerAddress.current());
                  return requests(stream, outbox, stream::received);
                }))
        .build();
  }

  private static <T> StreamObserver<T> requests(
      AdsStream stream, GrpcOutbox outbox, Consumer<T> received) {
    outbox.responses.setOnReadyHandler(stream::schedule);
    outbox.responses.setOnCancelHandler(stream::close);
    return new StreamObserver<>() {
      @Override
      public void onNext(T request) {
        received.accept(request);
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
