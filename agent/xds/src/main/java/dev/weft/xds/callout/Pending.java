package dev.weft.xds.callout;

import dev.weft.xds.callout.Callouts.Reply;
import dev.weft.xds.http2.Call;
import dev.weft.xds.http2.CallListener;
import dev.weft.xds.http2.GrpcStatus;
import dev.weft.xds.http2.Http2Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call, from the question to its only reply; on the loop. */
final class Pending implements CallListener {

  private final String method;
  private final byte[] request;
  private final Duration timeout;
  private final Consumer<Reply> taker;
  private Runnable timer = () -> {};
  private Runnable ended = () -> {};
  private @Nullable Call call;
  private byte @Nullable [] answer;
  private boolean over;

  /**
   * @param taker of the reply
   */
  Pending(String method, byte[] request, Duration timeout, Consumer<Reply> taker) {
    this.method = method;
    this.request = request;
    this.timeout = timeout;
    this.taker = taker;
  }

  Duration timeout() {
    return timeout;
  }

  boolean isOver() {
    return over;
  }

  /** What takes back the timeout. */
  void timed(Runnable off) {
    timer = off;
  }

  /**
   * Goes on its way.
   *
   * @param onEnd run once when it no longer takes up a place on the connection
   */
  void send(Http2Connection over, Runnable onEnd) {
    ended = onEnd;
    String limit = Math.max(1, timeout.toMillis()) + "m";
    Call opened = over.call(method, List.of(Map.entry("grpc-timeout", limit)), this);
    call = opened;
    opened.send(request);
    opened.finish();
  }

  @Override
  public void message(byte[] bytes) {
    answer = bytes;
  }

  @Override
  public void closed(GrpcStatus status) {
    release();
    byte[] message = answer;
    if (status.code() != GrpcStatus.OK) {
      fail(status.toString());
    } else if (message == null) {
      fail("an answer without a message");
    } else {
      reply(new Reply.Message(message));
    }
  }

  /** Nobody waits any longer. */
  void timeOut() {
    if (!over) {
      Call late = call;
      fail("no answer within " + timeout.toMillis() + " ms");
      if (late != null) {
        late.cancel();
        release();
      }
    }
  }

  void fail(String reason) {
    reply(new Reply.Failed(reason));
  }

  private void release() {
    Runnable once = ended;
    ended = () -> {};
    once.run();
  }

  private void reply(Reply reply) {
    if (!over) {
      over = true;
      timer.run();
      taker.accept(reply);
    }
  }
}
