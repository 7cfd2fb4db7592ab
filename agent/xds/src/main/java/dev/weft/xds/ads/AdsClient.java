package dev.weft.xds.ads;

import dev.weft.engine.config.Snapshot;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.decode.TrustBundle;
import dev.weft.xds.http2.Call;
import dev.weft.xds.http2.CallListener;
import dev.weft.xds.http2.GrpcStatus;
import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.http2.Loop;
import dev.weft.xds.proto.Node;
import dev.weft.xds.wire.InvalidMessageException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Subscribes, takes answers in and puts them in force, over one connection after another. */
public final class AdsClient {

  /** The name of the one bundle, as Istio's agents name it. */
  private static final String BUNDLE = "ROOTCA";

  private final Loop loop;
  private final Executor worker;
  private final AdsListener listener;
  private final Node node;
  private final Store store = new Store();
  private final Intake intake;
  private final Assembly assembly;
  private final boolean identified;
  private final Map<String, CompletableFuture<Void>> unsettled = new LinkedHashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private Snapshot inForce = Snapshot.EMPTY;
  private @Nullable TrustBundle trusted;
  private @Nullable Http2Connection connection;
  private @Nullable Call call;
  private @Nullable Protocol protocol;
  private boolean answered;
  private boolean publishing;

  /**
   * @param worker completes the futures of those who wait
   * @param wants what is ours
   */
  public AdsClient(Loop loop, Executor worker, AdsListener listener, Node node, Wants wants) {
    this.loop = loop;
    this.worker = worker;
    this.listener = listener;
    this.node = node;
    this.intake = new Intake(store, listener::ignored);
    this.assembly = new Assembly(store, wants);
    this.identified = wants.inbound() != null;
    store.want(ResourceType.HOSTS, wants.namespace());
    store.want(ResourceType.AUTHORIZATION, wants.workload());
    store.want(ResourceType.INBOUND_HTTP, wants.workload());
    if (wants.inbound() != null) {
      store.want(ResourceType.TRUST, BUNDLE);
      store.want(ResourceType.IDENTITIES, ResourceType.EVERY);
      store.want(ResourceType.INBOUND, wants.inbound());
    }
  }

  /**
   * The resources that a workload wants from the start.
   *
   * @param namespace ours, which names our host table
   * @param workload the name of what holds for the requests that arrive here
   * @param inbound the name of our inbound policy, which is the workload's; null: this process has
   *     no identity, and those of others do not concern it
   */
  public record Wants(String namespace, String workload, @Nullable String inbound) {}

  /** Completes when the first host table is in force, and with it all that connections need. */
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes, on the worker, when this authority's routes are in force or known not to exist. */
  public void subscribe(String authority, CompletableFuture<Void> settled) {
    unsettled.put(authority, settled);
    if (store.want(ResourceType.LISTENERS, authority) && protocol != null) {
      protocol.subscribe(ResourceType.LISTENERS, Set.of(authority));
    }
  }

  /** How many authorities are subscribed. */
  public int subscriptions() {
    return store.wanted(ResourceType.LISTENERS).size();
  }

  /** Speaks over this connection from now on: incrementally, if the control service can. */
  public void start(Http2Connection over) {
    connection = over;
    answered = false;
    store.forgetAbsent();
    Call opened = over.call(DeltaProtocol.METHOD, new Stream());
    begin(opened, new DeltaProtocol(opened, store, intake, node));
  }

  private void begin(Call opened, Protocol speaks) {
    call = opened;
    protocol = speaks;
    speaks.start();
  }

  /** The connection is gone. */
  public void stop() {
    connection = null;
    call = null;
    protocol = null;
  }

  private final class Stream implements CallListener {

    @Override
    public void message(byte[] bytes) {
      if (protocol != null) {
        received(protocol, bytes);
      }
    }

    @Override
    public void closed(GrpcStatus status) {
      Http2Connection over = connection;
      boolean fallBack =
          status.code() == GrpcStatus.UNIMPLEMENTED && protocol instanceof DeltaProtocol;
      if (fallBack && over != null) {
        Call opened = over.call(WorldProtocol.METHOD, new Stream());
        begin(opened, new WorldProtocol(opened, store, intake, node));
      } else if (over != null) {
        stop();
        listener.ended(status.toString());
      }
    }
  }

  private void received(Protocol by, byte[] bytes) {
    String problem;
    try {
      problem = by.message(bytes);
    } catch (InvalidMessageException e) {
      Call broken = call;
      stop();
      if (broken != null) {
        broken.cancel();
      }
      listener.ended("not an answer of the discovery service: " + e.getMessage());
      return;
    }
    if (!answered) {
      answered = true;
      listener.answered(by.name());
    }
    listener.received();
    if (!problem.isEmpty()) {
      listener.refused(problem);
    }
    publishSoon();
  }

  // Once for all answers that have come already.
  private void publishSoon() {
    if (!publishing) {
      publishing = true;
      loop.execute(this::publish);
    }
  }

  private void publish() {
    publishing = false;
    trust();
    Assembly.Result result = assembly.build(store.wanted(ResourceType.LISTENERS));
    chase(result.missing());
    Snapshot next = result.snapshot();
    if (!same(next, inForce)) {
      inForce = next;
      listener.snapshot(next);
    }
    if (isComplete(next) && !ready.isDone()) {
      worker.execute(() -> ready.complete(null));
    }
    settle(result.settled());
  }

  /** Before anything else: what comes with it may rest on it. */
  private void trust() {
    TrustBundle bundle = store.find(ResourceType.TRUST, BUNDLE);
    if (bundle != null && !bundle.equals(trusted)) {
      trusted = bundle;
      listener.trusts(bundle);
    }
  }

  private boolean isComplete(Snapshot next) {
    boolean secured = next.identities() != null && next.inbound() != null;
    return next.hosts() != null && next.authorization() != null && (secured || !identified);
  }

  @SuppressWarnings("ReferenceEquality") // what did not change is the same object; equals is dear
  private static boolean same(Snapshot one, Snapshot other) {
    return one.hosts() == other.hosts()
        && one.identities() == other.identities()
        && one.inbound() == other.inbound()
        && one.limits() == other.limits()
        && one.tcp() == other.tcp()
        && one.authorization() == other.authorization()
        && same(one.routes(), other.routes())
        && same(one.clusters(), other.clusters());
  }

  private static <T> boolean same(Map<String, T> one, Map<String, T> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (Map.Entry<String, T> entry : one.entrySet()) {
      if (other.get(entry.getKey()) != entry.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** Asks by name for what was referred to and did not come of itself. */
  private void chase(Map<ResourceType<?>, Set<String>> missing) {
    for (Map.Entry<ResourceType<?>, Set<String>> each : missing.entrySet()) {
      Set<String> names = new LinkedHashSet<>();
      for (String name : each.getValue()) {
        if (store.want(each.getKey(), name)) {
          names.add(name);
        }
      }
      if (!names.isEmpty() && protocol != null) {
        protocol.subscribe(each.getKey(), names);
      }
    }
  }

  private void settle(Set<String> settled) {
    if (unsettled.isEmpty()) {
      return;
    }
    Set<String> done = new HashSet<>(unsettled.keySet());
    done.retainAll(settled);
    for (String authority : done) {
      CompletableFuture<Void> future = unsettled.remove(authority);
      if (future != null) {
        worker.execute(() -> future.complete(null));
      }
    }
  }
}
