package dev.weft.instrumentation.concurrent;

import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** Watches tasks and threads that stay as they are. */
final class SubmissionAdvice {

  private SubmissionAdvice() {}

  static final class Execute {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) @Nullable Runnable task) {
      Submissions.submitted(task);
    }
  }

  static final class NextTask {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      Submissions.idle();
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return @Nullable Runnable task) {
      Submissions.taken(task);
    }
  }

  static final class Start {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Thread thread) {
      Submissions.starting(thread);
    }
  }

  static final class Run {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Thread thread) {
      Submissions.running(thread);
    }
  }
}
