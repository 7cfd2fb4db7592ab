package dev.weft.instrumentation.concurrent;

import static dev.weft.instrumentation.api.HookedType.ANY;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * java.util.concurrent and java.lang.Thread, JDK 17–25: the {@link dev.weft.bridge.Context} of a
 * thread goes along with the work that it hands over.
 */
public final class ConcurrentModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.concurrent.";
  private static final String CARRY = PACKAGE + "CarryAdvice$";
  private static final String SUBMISSION = PACKAGE + "SubmissionAdvice$";
  private static final String FORK_JOIN = "java.util.concurrent.ForkJoinTask$";

  public ConcurrentModule() {
    super("concurrent");
  }

  @Override
  public Home home() {
    return Home.BOOT;
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "Carried",
        PACKAGE + "Carried$OfRunnable",
        PACKAGE + "Carried$OfCallable",
        PACKAGE + "Carried$OfSupplier",
        PACKAGE + "Carried$OfFunction",
        PACKAGE + "Carried$OfConsumer",
        PACKAGE + "Carried$OfBiFunction",
        PACKAGE + "Carried$OfBiConsumer",
        PACKAGE + "Carried$Detached",
        PACKAGE + "Carry",
        PACKAGE + "WeakTable",
        PACKAGE + "WeakTable$Entry",
        PACKAGE + "WeakTable$Probe",
        PACKAGE + "Submissions");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        futureTask(),
        HookedType.named("java.util.concurrent.ThreadPoolExecutor")
            .method("execute", 1, SUBMISSION + "Execute")
            .method("getTask", 0, SUBMISSION + "NextTask"),
        HookedType.named("java.util.concurrent.ScheduledThreadPoolExecutor")
            .method("scheduleAtFixedRate", 4, CARRY + "Detached0")
            .method("scheduleWithFixedDelay", 4, CARRY + "Detached0"),
        completableFuture(),
        forkJoin("AdaptedRunnable", "Runnable0"),
        forkJoin("AdaptedRunnableAction", "Runnable0"),
        forkJoin("RunnableExecuteAction", "Runnable0"),
        forkJoin("AdaptedCallable", "Callable0"),
        forkJoin("AdaptedInterruptibleCallable", "Callable0"),
        forkJoin("AdaptedInterruptibleRunnable", "Runnable0"), // JDK 22 and later
        HookedType.named("java.lang.Thread")
            .method("start", ANY, SUBMISSION + "Start")
            .method("run", 0, SUBMISSION + "Run"),
        // JDK 21 and later. Its task is wrapped where it is made: run() begins off the thread.
        HookedType.named("java.lang.VirtualThread").method("<init>", 4, CARRY + "Runnable3"));
  }

  private static HookedType futureTask() {
    return HookedType.named("java.util.concurrent.FutureTask")
        .constructor(List.of("java.util.concurrent.Callable"), CARRY + "Callable0")
        .constructor(List.of("java.lang.Runnable", "java.lang.Object"), CARRY + "Runnable0");
  }

  /** A fork-join pool's own wrapper of an application's task. */
  private static HookedType forkJoin(String adapter, String advice) {
    return HookedType.named(FORK_JOIN + adapter).method("<init>", ANY, CARRY + advice);
  }

  /** Every stage is made by one of these, whichever public method was called. */
  private static HookedType completableFuture() {
    return HookedType.named("java.util.concurrent.CompletableFuture")
        .method("asyncSupplyStage", 2, CARRY + "Supplier1")
        .method("asyncRunStage", 2, CARRY + "Runnable1")
        .method("completeAsync", 2, CARRY + "Supplier0")
        .method("uniApplyStage", 2, CARRY + "Function1")
        .method("uniAcceptStage", 2, CARRY + "Consumer1")
        .method("uniRunStage", 2, CARRY + "Runnable1")
        .method("uniWhenCompleteStage", 2, CARRY + "BiConsumer1")
        .method("uniHandleStage", 2, CARRY + "BiFunction1")
        .method("uniExceptionallyStage", 2, CARRY + "Function1")
        .method("uniComposeExceptionallyStage", 2, CARRY + "Function1")
        .method("uniComposeStage", 2, CARRY + "Function1")
        .method("biApplyStage", 3, CARRY + "BiFunction2")
        .method("biAcceptStage", 3, CARRY + "BiConsumer2")
        .method("biRunStage", 3, CARRY + "Runnable2")
        .method("orApplyStage", 3, CARRY + "Function2")
        .method("orAcceptStage", 3, CARRY + "Consumer2")
        .method("orRunStage", 3, CARRY + "Runnable2");
  }
}
