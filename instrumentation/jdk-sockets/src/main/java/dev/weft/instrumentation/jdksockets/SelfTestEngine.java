package dev.weft.instrumentation.jdksockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Stands for TLS in the self-test: records of the same shape, a hello for each side, and content
 * that is not the application's. No cryptography: loading it takes longer than the whole test, and
 * what is tested is whether bytes come by.
 */
final class SelfTestEngine extends SSLEngine {

  private static final byte HANDSHAKE = 22;
  private static final byte ALERT = 21;
  private static final byte DATA = 23;
  private static final byte VEIL = 0x5a;
  private static final int LARGEST = 16 * 1024;

  private enum State {
    NEW,
    SENDING_HELLO,
    AWAITING_HELLO,
    OPEN
  }

  private final boolean client;
  private State state = State.NEW;
  private boolean outboundClosed;
  private boolean closeSent;
  private boolean inboundDone;

  SelfTestEngine(boolean client) {
    this.client = client;
  }

  @Override
  public synchronized void beginHandshake() {
    state = client ? State.SENDING_HELLO : State.AWAITING_HELLO;
  }

  @Override
  public synchronized HandshakeStatus getHandshakeStatus() {
    return switch (state) {
      case SENDING_HELLO -> HandshakeStatus.NEED_WRAP;
      case AWAITING_HELLO -> HandshakeStatus.NEED_UNWRAP;
      case NEW, OPEN ->
          outboundClosed && !closeSent
              ? HandshakeStatus.NEED_WRAP
              : HandshakeStatus.NOT_HANDSHAKING;
    };
  }

  @Override
  public synchronized SSLEngineResult wrap(
      ByteBuffer[] from, int offset, int length, ByteBuffer to) {
    int before = to.position();
    int consumed = 0;
    if (state == State.SENDING_HELLO) {
      record(to, HANDSHAKE, client ? clientHello() : new byte[] {2, 0, 0, 0});
      state = client ? State.AWAITING_HELLO : State.OPEN;
    } else if (outboundClosed) {
      if (!closeSent) {
        record(to, ALERT, new byte[] {1, 0});
        closeSent = true;
      }
    } else {
      byte[] content = new byte[Math.min(from[offset].remaining(), LARGEST)];
      from[offset].get(content);
      consumed = content.length;
      if (consumed > 0) {
        veil(content);
        record(to, DATA, content);
      }
    }
    Status status = outboundClosed ? Status.CLOSED : Status.OK;
    return new SSLEngineResult(status, getHandshakeStatus(), consumed, to.position() - before);
  }

  @Override
  public synchronized SSLEngineResult unwrap(
      ByteBuffer from, ByteBuffer[] to, int offset, int length) throws SSLException {
    int before = from.position();
    byte type = from.get();
    from.getShort();
    byte[] content = new byte[from.getShort() & 0xffff];
    from.get(content);
    int produced = 0;
    if (type == HANDSHAKE && state == State.AWAITING_HELLO) {
      state = client ? State.OPEN : State.SENDING_HELLO;
    } else if (type == DATA && state == State.OPEN) {
      veil(content);
      to[offset].put(content);
      produced = content.length;
    } else if (type == ALERT) {
      inboundDone = true;
    } else {
      throw new SSLException("a record of type " + type + ": a hook let bytes pass");
    }
    Status status = inboundDone ? Status.CLOSED : Status.OK;
    return new SSLEngineResult(status, getHandshakeStatus(), from.position() - before, produced);
  }

  private static void record(ByteBuffer to, byte type, byte[] content) {
    to.put(type).putShort((short) 0x0303).putShort((short) content.length).put(content);
  }

  private static void veil(byte[] content) {
    for (int i = 0; i < content.length; i++) {
      content[i] ^= VEIL;
    }
  }

  /** As a client of the mesh sends it, as far as it is looked at. */
  private static byte[] clientHello() {
    byte[] protocol = "weft".getBytes(StandardCharsets.US_ASCII);
    int extension = 2 + 1 + protocol.length;
    int extensions = 4 + extension;
    int body = 2 + 32 + 1 + 4 + 2 + 2 + extensions;
    ByteBuffer hello = ByteBuffer.allocate(4 + body);
    hello.putInt(1 << 24 | body).putShort((short) 0x0303).put(new byte[32]).put((byte) 0);
    hello.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0);
    hello.putShort((short) extensions).putShort((short) 16).putShort((short) extension);
    hello.putShort((short) (1 + protocol.length)).put((byte) protocol.length).put(protocol);
    return hello.array();
  }

  @Override
  public synchronized void closeOutbound() {
    outboundClosed = true;
  }

  @Override
  public synchronized boolean isOutboundDone() {
    return closeSent;
  }

  @Override
  public synchronized boolean isInboundDone() {
    return inboundDone;
  }

  @Override
  public synchronized void closeInbound() {
    inboundDone = true;
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway") // nobody looks at it: there is no certificate
  public SSLSession getSession() {
    return null;
  }

  @Override
  public boolean getUseClientMode() {
    return client;
  }

  // What a real engine could be told.

  private static final String[] NONE = {};

  @Override
  public String[] getSupportedCipherSuites() {
    return NONE;
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return NONE;
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String[] getSupportedProtocols() {
    return NONE;
  }

  @Override
  public String[] getEnabledProtocols() {
    return NONE;
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setUseClientMode(boolean mode) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean getEnableSessionCreation() {
    return false;
  }
}
