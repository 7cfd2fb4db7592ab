package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Ending;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The response of a try, from its head on. */
final class Received extends Response {

  /** A body of up to this many bytes that is here already is read at once. */
  private static final int AT_HAND = 16 << 10;

  private final Attempt attempt;
  private final int status;
  private @Nullable Body body;

  /** Waits for the head. */
  Received(Attempt attempt) throws IOException {
    this.attempt = attempt;
    status = attempt.getResponseCode();
    for (int i = 0; i == 0 || attempt.getHeaderFieldKey(i) != null; i++) {
      table().add(attempt.getHeaderFieldKey(i), attempt.getHeaderField(i));
    }
  }

  @Override
  int status() {
    return status;
  }

  /**
   * Hands it to the application.
   *
   * @param ending null: a request outside the mesh
   */
  Received deliver(HeaderEdits edits, @Nullable Ending ending) {
    edit(edits);
    InputStream in;
    try {
      in = stream();
    } catch (IOException e) {
      in = null; // the JDK tells the application itself, when it is asked for the body
    }
    if (in == null || !attempt.isConnected()) { // without a body, the JDK has let go already
      attempt.over();
      finished(ending, 0);
      return this;
    }
    byte[] here = atHand(in);
    if (here == null) {
      body = new Body(in, attempt, ending);
    } else {
      attempt.over();
      finished(ending, here.length);
      body = new Body(new ByteArrayInputStream(here), null, null);
    }
    return this;
  }

  private static void finished(@Nullable Ending ending, long bytes) {
    if (ending != null) {
      ending.finished(bytes, Headers.NONE, null);
    }
  }

  /**
   * The body, when it is small and has arrived whole: the exchange is then over at once, although
   * many applications look at the status only, and never at the body.
   */
  private byte @Nullable [] atHand(InputStream in) {
    long length = attempt.getContentLengthLong();
    try {
      if (length < 0 || length > AT_HAND || in.available() < length) {
        return null;
      }
      byte[] bytes = in.readNBytes((int) length);
      in.close();
      return bytes;
    } catch (IOException e) {
      return null; // the application will meet it when it reads
    }
  }

  private @Nullable InputStream stream() throws IOException {
    return status >= 400 ? attempt.getErrorStream() : attempt.getInputStream();
  }

  @Override
  InputStream input() throws IOException {
    InputStream in = attempt.getInputStream(); // throws for a status from 400 on
    return body == null ? in : body;
  }

  @Override
  @Nullable InputStream error() {
    return status >= 400 ? body : null;
  }

  @Override
  boolean isConnected() {
    return attempt.isConnected();
  }

  @Override
  boolean usedProxy() {
    return attempt.usingProxy();
  }

  @Override
  @Nullable SSLSession session() {
    return attempt instanceof SecureAttempt secure ? secure.session() : null;
  }

  @Override
  void disconnect() {
    attempt.abort();
    Body open = body;
    if (open != null) {
      open.over(new SocketException("disconnected by the application"));
    }
  }

  /** The JDK drains what is small, without blocking, and closes the rest. */
  @Override
  void discard() {
    try {
      InputStream in = body == null ? stream() : body;
      if (in != null) {
        in.close();
      }
    } catch (IOException e) {
      attempt.abort();
    }
    attempt.over();
  }
}
