/**
 * Carries {@link dev.weft.bridge.Context} across the JDK's thread hops: executors, fork-join pools,
 * threads and completable futures. The helpers live on the boot loader and hold nothing but the
 * calls of tasks that wait to run.
 *
 * <p>Two ways are used. Where the JDK wraps the application's task in an object of its own ({@code
 * FutureTask}, a completable future's stage, a fork-join adapter), the task inside is wrapped once
 * more ({@link dev.weft.instrumentation.concurrent.Carry}): nobody sees it. Where the application's
 * own object is what the queue holds, it stays as it is, and its call waits beside it ({@link
 * dev.weft.instrumentation.concurrent.Submissions}): a queue, {@code remove(task)}, {@code
 * beforeExecute} and a rejection handler see what they always saw.
 */
@NullMarked
package dev.weft.instrumentation.concurrent;

import org.jspecify.annotations.NullMarked;
