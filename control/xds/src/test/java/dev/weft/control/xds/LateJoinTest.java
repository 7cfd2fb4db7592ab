package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.CLUSTER;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream that comes to want something while an update is under way, step by step. */
class LateJoinTest {

  private static final String LISTENER_NAME = "late:80";
  private static final String CLUSTER_NAME = "outbound|80||late.default.svc.cluster.local";

  private final Models models = new Models();
  private final Queue<Runnable> due = new ArrayDeque<>();
  private Runnable meanwhile = () -> {};
  private Publisher publisher;
  private Client first;
  private Client last;

  @BeforeEach
  void connectTwo() {
    publisher = new Publisher(models.current());
    Client one = new Client();
    Client other = new Client();
    publish();
    // Streams are told in no order that we choose, yet always in the same one.
    boolean isOneFirst = due.remove() == one.lastRun;
    first = isOneFirst ? one : other;
    last = isOneFirst ? other : one;
    last.run();
  }

  @Test
  void hearsOfWhatTheUpdateAfterTheOneItHasTakenBrings() {
    publish();
    models.start("late", "v1", 80);
    whenTheFirstIsTold(
        () -> {
          last.subscribe(LISTENER, LISTENER_NAME);
          last.run();
        });
    publish();
    last.run();
    assertThat(last.held).containsKey(LISTENER_NAME);
  }

  @Test
  void hearsThatWhatItWasToldLateIsGone() {
    models.start("late", "v1", 80);
    publish();
    last.subscribe(CLUSTER, CLUSTER_NAME);
    models.stop("late", "v1");
    whenTheFirstIsTold(
        () -> {
          last.run();
          assertThat(last.held).containsKey(CLUSTER_NAME);
        });
    publish();
    last.run();
    assertThat(last.held).doesNotContainKey(CLUSTER_NAME);
  }

  private void publish() {
    publisher.publish(models.current());
  }

  /** Once, amid the next update: what has joined is gathered, and the last is not told yet. */
  private void whenTheFirstIsTold(Runnable task) {
    first.run();
    meanwhile = task;
  }

  /** A client at its stream, which runs when the test says so. */
  private final class Client implements Outbox {

    final Map<String, String> held = new TreeMap<>();
    private final List<Frame> sent = new ArrayList<>();
    private final DeltaStream stream =
        new DeltaStream(
            new ServerContext(
                publisher,
                this::execute,
                new AdsCounters(),
                InstantSource.system(),
                System.getLogger("test")),
            this,
            new Peer("127.0.0.1:1", null));
    private Runnable lastRun = () -> {};

    Client() {
      subscribe(LISTENER, "own:80");
      run();
    }

    private void execute(Runnable run) {
      lastRun = run;
      due.add(run);
      if (this == first) {
        Runnable task = meanwhile;
        meanwhile = () -> {};
        task.run();
      }
    }

    void subscribe(ResourceType type, String name) {
      stream.received(
          DeltaDiscoveryRequest.newBuilder()
              .setNode(DeltaPeer.weftNode("default"))
              .setTypeUrl(type.url())
              .addResourceNamesSubscribe(name)
              .build());
    }

    /** Runs the stream until it waits for news, and acknowledges all it sends. */
    void run() {
      do {
        sent.clear();
        due.remove(lastRun);
        lastRun.run();
        sent.forEach(this::read);
      } while (!sent.isEmpty());
    }

    private void read(Frame frame) {
      DeltaDiscoveryResponse response;
      try {
        response = DeltaDiscoveryResponse.parseFrom(Frame.MARSHALLER.stream(frame).readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      response.getResourcesList().forEach(it -> held.put(it.getName(), it.getVersion()));
      response.getRemovedResourcesList().forEach(held::remove);
      stream.received(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(response.getTypeUrl())
              .setResponseNonce(response.getNonce())
              .build());
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void send(Frame frame) {
      sent.add(frame);
    }

    @Override
    public void complete() {
      throw new AssertionError("ended");
    }

    @Override
    public void fail(Status status) {
      throw new AssertionError("failed: " + status);
    }
  }
}
