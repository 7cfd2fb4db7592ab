package dev.weft.instrumentation.tomcat;

import net.bytebuddy.asm.Advice;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.AbstractEndpoint;

/** What is woven into Tomcat's classes; {@link TomcatModule} says where. */
final class TomcatAdvice {

  private TomcatAdvice() {}

  /**
   * {@code CoyoteAdapter.service}. The body is not called from the helper but runs in place, so
   * that what the container throws reaches its connector unchanged. Not suppressed: what fails here
   * fails the request in the connector, and never lets it through.
   */
  static final class Service {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(
        @Advice.Argument(0) Request request, @Advice.Argument(1) Response response) {
      return TomcatCalls.refused(request, response);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit() {
      TomcatCalls.left();
    }
  }

  /** {@code CoyoteAdapter.asyncDispatch}. */
  static final class AsyncDispatch {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Request request) {
      TomcatCalls.dispatching(request);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit() {
      TomcatCalls.left();
    }
  }

  /** {@code AbstractProcessor.action}. */
  static final class Commit {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("request") Request request,
        @Advice.FieldValue("response") Response response,
        @Advice.Argument(0) ActionCode code) {
      TomcatCalls.acting(request, response, code);
    }
  }

  /** {@code org.apache.catalina.connector.Request.recycle}. */
  static final class Recycle {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This org.apache.catalina.connector.Request request) {
      TomcatCalls.recycling(request);
    }
  }

  /** {@code AsyncStateMachine.asyncRun}: what {@code AsyncContext.start} was given. */
  static final class AsyncRun {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) Runnable task) {
      task = TomcatCalls.inContext(task);
    }
  }

  /** {@code AbstractEndpoint}: accepts connections from here on. */
  static final class Listening {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This AbstractEndpoint<?, ?> endpoint) {
      TomcatEndpoints.listening(endpoint);
    }
  }

  /** {@code AbstractEndpoint}: no longer accepts connections. */
  static final class Closed {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This AbstractEndpoint<?, ?> endpoint) {
      TomcatEndpoints.closed(endpoint);
    }
  }
}
