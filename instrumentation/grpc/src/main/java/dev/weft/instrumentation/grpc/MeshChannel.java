package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/**
 * The application's channel and the mesh's beside it, as one: they are shut down together. To an
 * application that asks whether it is connected, a host of the mesh is always ready, as it is
 * behind a proxy: what there is to wait for, the engine waits for.
 */
final class MeshChannel extends ManagedChannel {

  private final ManagedChannel application;
  private final MeshTransport transport;

  MeshChannel(ManagedChannel application, MeshTransport transport) {
    this.application = application;
    this.transport = transport;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return application.newCall(method, options);
  }

  @Override
  public String authority() {
    return application.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    application.shutdown();
    transport.shutdown();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    application.shutdownNow();
    transport.shutdownNow();
    return this;
  }

  @Override
  public boolean isShutdown() {
    return application.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return application.isTerminated() && transport.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long deadline = System.nanoTime() + unit.toNanos(timeout);
    return application.awaitTermination(timeout, unit)
        && transport.awaitTermination(deadline - System.nanoTime());
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return isMeshed() ? ConnectivityState.READY : application.getState(requestConnection);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    if (!isMeshed()) {
      application.notifyWhenStateChanged(source, callback);
    } else if (source != ConnectivityState.READY) {
      callback.run();
    } else {
      application.notifyWhenStateChanged(application.getState(false), callback);
    }
  }

  private boolean isMeshed() {
    Mesh mesh = Weft.mesh();
    return mesh != null
        && !application.isShutdown()
        && OutboundInterceptor.owns(mesh, application.authority());
  }

  @Override
  public void resetConnectBackoff() {
    application.resetConnectBackoff(); // the mesh's own channel has none
  }

  @Override
  public void enterIdle() {
    application.enterIdle();
    MeshTransport.Opened opened = transport.opened();
    if (opened != null) {
      opened.channel().enterIdle();
    }
  }

  @Override
  public String toString() {
    return application.toString();
  }
}
