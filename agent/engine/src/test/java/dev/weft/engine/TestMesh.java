package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.telemetry.LocalWorkload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine whose time, chance and configuration are in the test's hand. */
final class TestMesh {

  static final LocalWorkload LOCAL =
      LocalWorkload.of(
          new Workload("shop", "default", "shop", "v1", "shop", "v1", "c1"),
          "weft~10.0.0.1~shop-1.default~default.svc.cluster.local",
          "shop-1");

  final ManualTime time = new ManualTime();
  final ScriptedSource source = new ScriptedSource();
  final Recorder recorder = new Recorder();
  final Engine engine;

  TestMesh() {
    this(settings -> settings);
  }

  TestMesh(UnaryOperator<EngineSettings> change) {
    this(change, 1);
  }

  TestMesh(UnaryOperator<EngineSettings> change, long seed) {
    this(change, builder -> builder.random(new Random(seed)));
  }

  TestMesh(UnaryOperator<EngineSettings> change, UnaryOperator<EngineBuilder> parts) {
    engine =
        parts
            .apply(
                Engine.builder(change.apply(EngineSettings.of(LOCAL)), source)
                    .clock(time)
                    .scheduler(time)
                    .telemetry(recorder)
                    .random(new Random(1)))
            .build();
  }

  /** A mesh that has this configuration. */
  static TestMesh of(Snapshot snapshot) {
    TestMesh mesh = new TestMesh();
    mesh.update(snapshot);
    return mesh;
  }

  void update(Snapshot snapshot) {
    engine.update(snapshot);
    source.ready.complete(null);
    snapshot.routes().keySet().forEach(authority -> source.arrival(authority).complete(null));
  }

  OutboundCall call(RequestHead head) {
    return Objects.requireNonNull(engine.outbound(head), "not the mesh's business");
  }

  /** A call to reviews. */
  OutboundCall call(String... headers) {
    return call(get("/", headers));
  }

  static RequestHead get(String target, String... headers) {
    return new RequestHead("test", "GET", "http", Config.REVIEWS, target, headers(headers));
  }

  static RequestHead grpc(String... headers) {
    return new RequestHead(
        "grpc", "POST", "http", Config.REVIEWS, "/bookinfo.Reviews/Get", headers(headers));
  }

  static Headers headers(String... namesAndValues) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      pairs.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
    }
    return Headers.of(pairs);
  }

  static Step.Send send(Step step) {
    return step(Step.Send.class, step);
  }

  static Step.Answer answer(Step step) {
    return step(Step.Answer.class, step);
  }

  static Step.Wait await(Step step) {
    return step(Step.Wait.class, step);
  }

  static Step.Deliver deliver(Step step) {
    return step(Step.Deliver.class, step);
  }

  private static <T extends Step> T step(Class<T> type, Step step) {
    if (!type.isInstance(step)) {
      throw new AssertionError("step: " + step + " (expected: " + type.getSimpleName() + ")");
    }
    return type.cast(step);
  }

  static Outcome.Head response(int status, String... headers) {
    return new Outcome.Head(status, headers(headers), true);
  }

  static Outcome.Failed failure(Outcome.Kind kind) {
    return new Outcome.Failed(kind, new IOException("Connection refused"), true);
  }

  /** A response is over and was well. */
  static Completion done() {
    return Completion.of(0);
  }

  /** The value that a step gives this header, or null. */
  static @Nullable String set(Step.Send send, String name) {
    String value = null;
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    send.edits().apply(HeaderEdits.of(pairs));
    for (Map.Entry<String, String> pair : pairs) {
      if (pair.getKey().equals(name)) {
        assertThat(value).as(name).isNull();
        value = pair.getValue();
      }
    }
    return value;
  }
}
