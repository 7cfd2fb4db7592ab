package dev.weft.instrumentation.testing;

import dev.weft.bridge.Context;
import dev.weft.bridge.Guard;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Weft;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine of the contracts. It owns hosts below {@code .mesh} and {@code .mesh.test} and those
 * that are scripted, and does what a test says.
 */
public final class ScriptedMesh implements Mesh {

  /** What is woven asks this engine, from its first use on. */
  public static final ScriptedMesh INSTANCE = new ScriptedMesh();

  private static final InboundCall.Verdict PASS = new InboundCall.Verdict.Pass(HeaderEdits.NONE);

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, this::agent);
  private final Map<String, Function<RequestHead, @Nullable Script>> scripts =
      new ConcurrentHashMap<>();
  private final Map<String, Calls> calls = new ConcurrentHashMap<>();
  private final List<String> suppressed = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> listening = new CopyOnWriteArrayList<>();
  private final List<ScriptedInbound> inbound = new CopyOnWriteArrayList<>();
  private volatile Function<RequestHead, Supplier<InboundCall.Verdict>> verdicts =
      head -> () -> PASS;
  private volatile HeaderEdits responding = HeaderEdits.NONE;

  private ScriptedMesh() {
    timer.setRemoveOnCancelPolicy(true);
    Weft.onSuppressed((hook, failure) -> suppressed.add(hook + ": " + failure));
    Weft.install(this);
  }

  /** The calls to one authority. */
  public static final class Calls {
    private final List<ScriptedCall> all = new CopyOnWriteArrayList<>();

    public List<ScriptedCall> all() {
      return all;
    }

    /** The only one. */
    public ScriptedCall only() {
      if (all.size() != 1) {
        throw new AssertionError("found " + all + " (expected: one call)");
      }
      return all.get(0);
    }
  }

  private Thread agent(Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              Guard.enter(Guard.AGENT);
              task.run();
            },
            "mesh-timer");
    thread.setDaemon(true);
    return thread;
  }

  /** Follows this script in calls to this authority; each call gets one of its own. */
  public Calls script(String authority, Function<RequestHead, @Nullable Script> script) {
    scripts.put(authority, script);
    return calls.computeIfAbsent(authority, key -> new Calls());
  }

  /** Verdicts on what arrives from now on, and the edits to every response. */
  public void admit(
      Function<RequestHead, Supplier<InboundCall.Verdict>> verdict, HeaderEdits edits) {
    verdicts = verdict;
    responding = edits;
    inbound.clear();
  }

  /** Lets everything in again. */
  public void admitAll() {
    admit(head -> () -> PASS, HeaderEdits.NONE);
  }

  /** What arrived since the last {@link #admit}. */
  public List<ScriptedInbound> inbound() {
    return inbound;
  }

  /** Addresses that servers listen on now. */
  public List<InetSocketAddress> listening() {
    return listening;
  }

  /** What hooks suppressed: nothing, when all is well. */
  public List<String> suppressed() {
    return suppressed;
  }

  /** Tasks that wait in the mesh's timer. */
  public int timers() {
    return timer.getQueue().size();
  }

  @Override
  public boolean owns(String scheme, String authority) {
    String host = authority.replaceAll(":\\d+$", "");
    return host.endsWith(".mesh") || host.endsWith(".mesh.test") || scripts.containsKey(authority);
  }

  @Override
  public @Nullable OutboundCall outbound(RequestHead head) {
    Function<RequestHead, @Nullable Script> script = scripts.get(head.authority());
    Script chosen = script == null ? null : script.apply(head);
    if (chosen == null) {
      return null;
    }
    ScriptedCall call = new ScriptedCall(head, chosen, Context.current());
    Calls known = calls.get(head.authority());
    if (known != null) {
      known.all.add(call);
    }
    return call;
  }

  @Override
  public InboundCall inbound(Peer peer, RequestHead head) {
    ScriptedInbound call = new ScriptedInbound(peer, head, verdicts.apply(head), responding);
    inbound.add(call);
    return call;
  }

  @Override
  public Cancel after(Duration delay, Runnable task) {
    ScheduledFuture<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void listening(InetSocketAddress local, String library) {
    listening.add(local);
  }

  @Override
  public void closed(InetSocketAddress local) {
    listening.remove(local);
  }
}
