package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.jspecify.annotations.Nullable;

/** One request in Tomcat's hands, kept as a note of the coyote request until it is over. */
final class Exchange {

  /** Tomcat's own notes are at the low end; there are 32. */
  private static final int NOTE = 29;

  private final InboundCall call;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile int status;

  private Exchange(InboundCall call) {
    this.call = call;
  }

  /** Begins; ends the one before if Tomcat never said that it was over. */
  static Exchange begin(Request request, InboundCall call) {
    end(request, null);
    Exchange exchange = new Exchange(call);
    request.setNote(NOTE, exchange);
    return exchange;
  }

  static @Nullable Exchange of(Request request) {
    return request.getNote(NOTE) instanceof Exchange exchange ? exchange : null;
  }

  InboundCall call() {
    return call;
  }

  /** The status as at commit: when a client goes away, Tomcat rewrites it to 500 afterwards. */
  void committed(int sent) {
    status = sent;
  }

  /** Over: tells the engine, once. Null when there is none in progress. */
  static @Nullable InboundCall end(Request request, @Nullable Throwable failure) {
    Exchange exchange = of(request);
    if (exchange == null || !exchange.over.compareAndSet(false, true)) {
      return null;
    }
    request.setNote(NOTE, null);
    Response response = request.getResponse();
    Throwable broken = failure != null ? failure : broken(response);
    exchange.call.finished(
        exchange.status, new Completion(response.getContentWritten(), Headers.NONE, broken));
    return exchange.call;
  }

  /** Tomcat does not always keep the exception by which it learnt that the client was gone. */
  private static @Nullable Throwable broken(Response response) {
    if (response.getErrorException() != null) {
      return response.getErrorException();
    }
    AtomicBoolean open = new AtomicBoolean(true);
    response.action(ActionCode.IS_IO_ALLOWED, open);
    return open.get() ? null : new IOException("the connection broke before the response ended");
  }
}
