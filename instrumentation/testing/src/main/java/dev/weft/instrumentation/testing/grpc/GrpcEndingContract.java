package dev.weft.instrumentation.testing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.instrumentation.testing.ScriptedCall;
import dev.weft.instrumentation.testing.ScriptedInbound;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Mixed calls of all kinds, some cancelled at any moment, some with short deadlines, while servers
 * come and go: the application hears of each end exactly once, and of one thing at a time; so does
 * the mesh, on both sides, and of the same status.
 */
class GrpcEndingContract extends GrpcContract {

  private static final int CALLS = Integer.getInteger("contract.calls", 10_000);

  private static final Metadata.Key<String> ID =
      Metadata.Key.of("x-id", Metadata.ASCII_STRING_MARSHALLER);

  /** What the application was told, by the call's id. */
  private final Map<String, Status.Code> told = new ConcurrentHashMap<>();

  private final AtomicInteger ids = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<Server> servers = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService cancelling = Executors.newScheduledThreadPool(2);
  private final Semaphore window = new Semaphore(40);

  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyCallEndsOnce() throws Exception {
    long seed = Long.getLong("contract.seed", System.nanoTime());
    System.out.println("GrpcEndingContract: contract.seed=" + seed);
    Random random = new Random(seed);
    servers.addAll(List.of(first, second, Grpc.serve(one)));
    InetSocketAddress nobody = Grpc.nobody();
    script(() -> new Retrying(() -> any(nobody), random.nextInt(3) == 0 ? 0 : 4_096));

    ScheduledExecutorService coming = Executors.newSingleThreadScheduledExecutor();
    coming.scheduleWithFixedDelay(this::replaceServer, 100, 100, TimeUnit.MILLISECONDS);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    CountDownLatch ended = new CountDownLatch(CALLS);
    for (long each : random.longs(CALLS).toArray()) {
      window.acquire();
      threads.execute(() -> new One(new Random(each), ended).run());
    }

    assertThat(ended.await(60, TimeUnit.SECONDS)).as(ended.getCount() + " did not end").isTrue();
    coming.shutdownNow();
    threads.shutdown();
    cancelling.shutdown();
    servers.forEach(Server::shutdownNow);
    everyCallIsKnown();
    callersHeardWhatTheMeshDid();
    serversSaidWhatCallersHeard();
    assertThat(wrong).isEmpty();
  }

  private void everyCallIsKnown() {
    assertThat(told).hasSize(CALLS);
    assertThat(calls.all())
        .extracting(call -> call.head().headers().first("x-id"))
        .doesNotHaveDuplicates()
        .hasSize(CALLS);
    System.out.println(
        "GrpcEndingContract: "
            + told.values().stream()
                .collect(Collectors.groupingBy(code -> code, Collectors.counting()))
            + ", "
            + MESH.inbound().size()
            + " arrived");
  }

  private void callersHeardWhatTheMeshDid() throws Exception {
    for (ScriptedCall call : calls.all()) {
      call.over().get(10, TimeUnit.SECONDS);
      String heard = told(String.valueOf(call.head().headers().first("x-id")));
      if (call.ends().equals(List.of("finished"))) {
        Completion end = call.completion().get(10, TimeUnit.SECONDS);
        if (!heard.equals(end.trailers().first("grpc-status"))) {
          wrong.add(call + ": " + end + ", but the application heard " + heard);
        }
      } else if (heard.equals("0")) {
        wrong.add(call + ": the application heard of success");
      }
    }
  }

  /** What only the application's own code says, it said in one of the tries. */
  private void serversSaidWhatCallersHeard() throws Exception {
    Map<String, Set<String>> said = new ConcurrentHashMap<>();
    for (ScriptedInbound call : MESH.inbound()) {
      Completion end = call.end().get(10, TimeUnit.SECONDS).completion();
      said.computeIfAbsent(
              String.valueOf(call.head().headers().first("x-id")), id -> new HashSet<>())
          .add(String.valueOf(end.trailers().first("grpc-status")));
    }
    told.forEach(
        (id, code) -> {
          boolean own = code == Status.Code.OK || code == Status.Code.NOT_FOUND;
          if (own && !said.getOrDefault(id, Set.of()).contains(told(id))) {
            wrong.add(id + ": " + code + ", but the server said " + said.get(id));
          }
        });
  }

  private String told(String id) {
    return Integer.toString(Objects.requireNonNull(told.get(id)).value());
  }

  private InetSocketAddress any(InetSocketAddress nobody) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return random.nextInt(5) == 0
        ? nobody
        : Grpc.at(servers.get(random.nextInt(servers.size() - 1)));
  }

  /** The new one is known before the old one goes, as in a rolling update. */
  private void replaceServer() {
    servers.add(0, Grpc.serve(one));
    Server old = servers.remove(servers.size() - 1);
    if (ThreadLocalRandom.current().nextBoolean()) {
      old.shutdown();
    } else {
      old.shutdownNow();
    }
  }

  /** One call, watched. */
  private final class One extends ClientCall.Listener<String> {

    private final Random random;
    private final CountDownLatch ended;
    private final MethodDescriptor<String, String> method;
    private final ClientCall<String, String> call;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final String id = Integer.toString(ids.incrementAndGet());
    private final Set<Status.Code> expected;
    private final int toSend;
    private final int cancelAt;

    private volatile boolean closed;
    private int received;
    private int sent;

    One(Random random, CountDownLatch ended) {
      this.random = random;
      this.ended = ended;
      this.method = List.of(Echo.UNARY, Echo.MANY, Echo.COUNT, Echo.TALK).get(random.nextInt(4));
      CallOptions options = CallOptions.DEFAULT;
      // Every server may go while it has the call, and no try may reach one.
      this.expected = EnumSet.of(Status.Code.OK, Status.Code.UNAVAILABLE);
      if (random.nextInt(10) == 0) {
        expected.add(Status.Code.DEADLINE_EXCEEDED);
        options = options.withDeadlineAfter(1 + random.nextInt(30), TimeUnit.MILLISECONDS);
      }
      this.call = channel().newCall(method, options);
      this.toSend = streams() ? 1 + random.nextInt(30) : 1;
      this.cancelAt = random.nextInt(4) == 0 ? 1 + random.nextInt(15) : -1;
      if (cancelAt > 0) {
        expected.add(Status.Code.CANCELLED);
      }
    }

    private ManagedChannel channel() {
      return channel;
    }

    private boolean streams() {
      return method == Echo.COUNT || method == Echo.TALK;
    }

    void run() {
      Metadata headers = new Metadata();
      headers.put(ID, id);
      String text = method == Echo.MANY ? "20:" + random.nextInt(3_000) : text();
      if (method == Echo.UNARY && text.startsWith("fail:")) {
        expected.remove(Status.Code.OK);
        expected.add(Status.fromCodeValue(Integer.parseInt(text.substring(5))).getCode());
      }
      int cancelAfter = random.nextInt(6) == 0 ? random.nextInt(3_000) : -1;
      if (cancelAfter >= 0) {
        expected.add(Status.Code.CANCELLED);
      }
      call.start(this, headers);
      call.request(1);
      if (cancelAfter >= 0) {
        cancelling.schedule(
            () -> call.cancel("on purpose", null), cancelAfter, TimeUnit.MICROSECONDS);
      }
      if (!streams()) {
        send(text);
      }
    }

    private String text() {
      return List.of("hello", "sleep:" + random.nextInt(20), "fail:14", "fail:5")
          .get(random.nextInt(4));
    }

    private void send(String text) {
      try {
        call.sendMessage(text);
        sent++;
        if (sent == toSend) {
          call.halfClose();
        }
      } catch (IllegalStateException e) {
        if (!"call was cancelled".equals(e.getMessage())) {
          wrong.add(method.getFullMethodName() + ": " + e);
        }
        sent = toSend;
      }
    }

    private void event(String what, Runnable then) {
      if (!busy.compareAndSet(false, true)) {
        wrong.add(what + " while another event was told");
      }
      if (closed) {
        wrong.add(what + " after the end");
      }
      then.run();
      busy.set(false);
    }

    @Override
    public void onReady() {
      event(
          "ready",
          () -> {
            while (streams() && sent < toSend && call.isReady()) {
              send("m".repeat(random.nextInt(3_000)));
            }
          });
    }

    @Override
    public void onMessage(String message) {
      event(
          "message",
          () -> {
            received++;
            if (received == cancelAt) {
              call.cancel("enough", null);
            } else {
              call.request(1);
            }
          });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      event("end", () -> closed = true);
      if (!expected.contains(status.getCode()) && !isReset(status)) {
        wrong.add(method.getFullMethodName() + ": " + status + " (expected: " + expected + ")");
      }
      told.put(id, status.getCode());
      ended.countDown();
      window.release();
    }

    /** A server that goes at once may reset a stream; gRPC has a status of its own for that. */
    private static boolean isReset(Status status) {
      return status.getCode() == Status.Code.CANCELLED
          && String.valueOf(status.getDescription()).startsWith("RST_STREAM closed stream");
    }
  }
}
