package dev.weft.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import net.bytebuddy.asm.Advice;

/** What is woven into the server. */
@SuppressWarnings("UnusedVariable") // an assigned parameter is the argument or field behind it
final class ServerAdvice {

  private ServerAdvice() {}

  /** Not suppressed: what fails here fails the exchange, and never lets it through. */
  static final class Chain {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.This Filter.Chain chain, @Advice.Argument(0) HttpExchange exchange)
        throws IOException {
      return JdkHttpServerCalls.handled(chain, exchange);
    }
  }

  static final class Arriving {
    @Advice.OnMethodExit(suppress = Throwable.class) // one that is not known is not admitted
    static void exit(
        @Advice.This Object exchange,
        @Advice.Argument(4) Object connection,
        @Advice.FieldValue(value = "reqHdrs", readOnly = false) Headers headers) {
      headers = JdkHttpServerCalls.arriving(headers, exchange, connection);
    }
  }

  static final class Committing {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("reqHdrs") Headers request,
        @Advice.FieldValue("rspHdrs") Headers response,
        @Advice.FieldValue("sentHeaders") boolean committed,
        @Advice.Argument(0) int status,
        @Advice.Argument(1) long length) {
      JdkHttpServerCalls.committing(request, response, committed, status, length);
    }
  }

  static final class Written {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Argument(0) Object exchangeOrConnection) {
      JdkHttpServerCalls.written(exchangeOrConnection);
    }
  }

  static final class Closing {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object connection) {
      JdkHttpServerCalls.closing(connection);
    }
  }

  static final class Started {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This HttpServer server) {
      JdkHttpServerCalls.started(server);
    }
  }

  static final class Stopping {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This HttpServer server) {
      JdkHttpServerCalls.stopping(server);
    }
  }
}
