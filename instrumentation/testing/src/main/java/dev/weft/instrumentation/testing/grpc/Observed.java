package dev.weft.instrumentation.testing.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An application that writes down everything that gRPC tells it about one call. */
final class Observed implements ClientInterceptor {

  static final CallOptions.Key<String> OPTION = CallOptions.Key.create("observed");

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-mine", Metadata.ASCII_STRING_MARSHALLER);

  private final Context.Key<String> key;
  private final String failing;
  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> traced = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /**
   * @param key what the caller's context has a value of
   * @param failing where the listener throws: {@code headers} or {@code message}
   */
  Observed(Context.Key<String> key, String failing) {
    this.key = key;
    this.failing = failing;
  }

  /** What listeners were told in order, then what tracers were, on whichever thread. */
  List<String> events() {
    List<String> all = new ArrayList<>(told);
    all.addAll(new TreeSet<>(traced));
    return all;
  }

  CompletableFuture<Void> over() {
    return over;
  }

  private void tell(String event) {
    told.add(event + " (" + key.get() + ")");
  }

  private void fail(String where) {
    if (where.equals(failing)) {
      throw new IllegalStateException("on purpose");
    }
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    tell(method.getFullMethodName() + " at " + next.authority() + " " + options.getOption(OPTION));
    return new SimpleForwardingClientCall<Q, R>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        headers.put(HEADER, "mine");
        super.start(new Listening<>(listener, this), headers);
        tell("started");
      }
    };
  }

  private final class Listening<R> extends SimpleForwardingClientCallListener<R> {
    private final ClientCall<?, R> call;

    Listening(ClientCall.Listener<R> listener, ClientCall<?, R> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onHeaders(Metadata headers) {
      InetSocketAddress from =
          (InetSocketAddress) call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      tell(
          "headers "
              + new TreeSet<>(headers.keys())
              + " from "
              + (from == null ? "nobody" : from.getPort()));
      fail("headers");
      super.onHeaders(headers);
    }

    @Override
    public void onMessage(R message) {
      tell("message " + message);
      fail("message");
      super.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      tell(
          "end "
              + status.getCode()
              + " "
              + status.getDescription()
              + " "
              + status.getCause()
              + " "
              + trailers.get(Echo.TRAILER));
      super.onClose(status, trailers);
    }
  }

  StreamObserver<String> observer() {
    return new StreamObserver<>() {
      @Override
      public void onNext(String text) {
        tell("observed " + text);
      }

      @Override
      public void onError(Throwable failure) {
        tell("observed " + failure);
        over.complete(null);
      }

      @Override
      public void onCompleted() {
        tell("completed");
        over.complete(null);
      }
    };
  }

  ClientStreamTracer.Factory tracers() {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        traced.add("trace of " + info.getCallOptions().getOption(OPTION));
        return new ClientStreamTracer() {
          @Override
          public void outboundHeaders() {
            traced.add("trace: headers sent");
          }

          @Override
          public void outboundMessage(int number) {
            traced.add("trace: sent " + number);
          }
        };
      }
    };
  }
}
