package dev.weft.instrumentation.jdksockets;

import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** TLS of which one step fails: every wrap, unwrap and delegated task, and every look at it. */
final class FailingEngine extends SSLEngine {

  /** Which step of an engine fails, and how. */
  static final class Fault {
    private final int step;
    private final @Nullable Throwable failure;
    private int steps;

    /**
     * @param step counted from 0; -1: none
     * @param failure an SSLException, which only steps that declare it throw, or unchecked
     */
    Fault(int step, @Nullable Throwable failure) {
      this.step = step;
      this.failure = failure;
    }

    /** How many steps there were. */
    int steps() {
      return steps;
    }

    private void step() throws SSLException {
      if (steps++ == step) {
        if (failure instanceof SSLException declared) {
          throw declared;
        }
        throwUnchecked();
      }
    }

    private void undeclaredStep() {
      if (steps++ == step) {
        if (failure instanceof SSLException declared) {
          throw new IllegalStateException(declared);
        }
        throwUnchecked();
      }
    }

    private void throwUnchecked() {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  private final SSLEngine engine;
  private final Fault fault;

  FailingEngine(SSLEngine engine, Fault fault) {
    this.engine = engine;
    this.fault = fault;
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to)
      throws SSLException {
    fault.step();
    return engine.wrap(from, offset, length, to);
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
      throws SSLException {
    fault.step();
    return engine.unwrap(from, to, offset, length);
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    fault.undeclaredStep();
    Runnable task = engine.getDelegatedTask();
    return task == null
        ? null
        : () -> {
          fault.undeclaredStep();
          task.run();
        };
  }

  @Override
  public void beginHandshake() throws SSLException {
    fault.step();
    engine.beginHandshake();
  }

  @Override
  public void closeInbound() throws SSLException {
    fault.step();
    engine.closeInbound();
  }

  @Override
  public void closeOutbound() {
    fault.undeclaredStep();
    engine.closeOutbound();
  }

  @Override
  public SSLSession getSession() {
    fault.undeclaredStep();
    return engine.getSession();
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    fault.undeclaredStep();
    return engine.getHandshakeStatus();
  }

  @Override
  public String getApplicationProtocol() {
    fault.undeclaredStep();
    return engine.getApplicationProtocol();
  }

  @Override
  public boolean isInboundDone() {
    fault.undeclaredStep();
    return engine.isInboundDone();
  }

  @Override
  public boolean isOutboundDone() {
    fault.undeclaredStep();
    return engine.isOutboundDone();
  }

  @Override
  public SSLSession getHandshakeSession() {
    return engine.getHandshakeSession();
  }

  @Override
  public SSLParameters getSSLParameters() {
    return engine.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    engine.setSSLParameters(parameters);
  }

  @Override
  public BiFunction<SSLEngine, java.util.List<String>, String>
      getHandshakeApplicationProtocolSelector() {
    return engine.getHandshakeApplicationProtocolSelector();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return engine.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return engine.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    engine.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return engine.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return engine.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    engine.setEnabledProtocols(protocols);
  }

  @Override
  public void setUseClientMode(boolean mode) {
    engine.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return engine.getUseClientMode();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    engine.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return engine.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    engine.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return engine.getWantClientAuth();
  }

  @Override
  public void setEnableSessionCreation(boolean may) {
    engine.setEnableSessionCreation(may);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return engine.getEnableSessionCreation();
  }
}
