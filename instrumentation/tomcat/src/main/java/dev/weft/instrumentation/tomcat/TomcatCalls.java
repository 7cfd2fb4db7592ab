package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.Admission;
import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.jspecify.annotations.Nullable;

/**
 * Requests that arrive at Tomcat.
 *
 * <p>A container thread may wait for a verdict: it is this request's own, and under HTTP/2 every
 * stream has one.
 */
public final class TomcatCalls {

  private TomcatCalls() {}

  /** True: answered already, the container must not see it. */
  public static boolean refused(Request request, Response response) {
    try {
      Mesh mesh = Weft.mesh();
      return mesh != null && refused(mesh, request, response);
    } catch (Throwable t) {
      Weft.suppressed("tomcat", t);
      abandon(request, response, t);
      return true;
    }
  }

  private static boolean refused(Mesh mesh, Request request, Response response) throws IOException {
    InboundCall call = Admission.arrived(mesh, Arrival.peer(request), Arrival.head(request));
    Exchange.begin(request, call);
    Verdict verdict = Admission.await(call);
    if (verdict instanceof Verdict.Pass pass) {
      pass.edits().apply(new RequestHeaders(request.getMimeHeaders()));
      Context.enter(call);
      return false;
    }
    if (verdict instanceof Verdict.Refuse refuse) {
      answer(response, refuse.answer());
      Exchange.end(request, null);
      return true;
    }
    throw new IllegalStateException("verdict: " + verdict + " (expected: Pass or Refuse)");
  }

  private static void answer(Response response, Step.Answer answer) throws IOException {
    response.setStatus(answer.status());
    answer.headers().apply(new ResponseHeaders(response));
    response.setContentLength(answer.body().length);
    if (answer.body().length > 0) {
      response.doWrite(ByteBuffer.wrap(answer.body()));
    }
    response.action(ActionCode.CLOSE, null); // commits if need be, and ends the response
  }

  /** Whatever went wrong: what was not passed is not let through. */
  private static void abandon(Request request, Response response, Throwable failure) {
    if (!response.isCommitted()) {
      response.setStatus(503);
    }
    response.action(ActionCode.CLOSE_NOW, failure);
    Exchange.end(request, failure);
  }

  /** The container's thread has left the request, whose context must not stay behind on it. */
  public static void left() {
    Context.exit(null);
  }

  /** A container thread goes on with an asynchronous request. */
  public static void dispatching(Request request) {
    Exchange exchange = Exchange.of(request);
    if (exchange != null) {
      Context.enter(exchange.call());
    }
  }

  /** A processor is about to act on behalf of the response. */
  public static void acting(Request request, Response response, ActionCode code) {
    if (code != ActionCode.COMMIT || response.isCommitted()) {
      return;
    }
    Exchange exchange = Exchange.of(request);
    if (exchange != null) {
      exchange.committed(response.getStatus());
      ResponseHeaders headers = new ResponseHeaders(response);
      exchange.call().responding(response.getStatus(), headers).apply(headers);
    }
  }

  /** The exchange is over: synchronous, asynchronous, or broken. */
  public static void recycling(org.apache.catalina.connector.Request request) {
    Request coyote = request.getCoyoteRequest();
    if (coyote == null) {
      return;
    }
    InboundCall ended = Exchange.end(coyote, null);
    if (ended != null && ended == Context.current()) {
      Context.exit(null); // the container threw, and passed by the exit of service
    }
  }

  /** {@code AsyncContext.start} runs on Tomcat's own executor, which nobody else weaves. */
  public static @Nullable Runnable inContext(@Nullable Runnable task) {
    InboundCall call = Context.current();
    return task == null || call == null ? task : new ContextRunnable(call, task);
  }
}
