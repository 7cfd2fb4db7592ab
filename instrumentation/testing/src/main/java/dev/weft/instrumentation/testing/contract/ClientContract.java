package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.instrumentation.testing.ClientProbe;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Script;
import dev.weft.instrumentation.testing.ScriptedCall;
import dev.weft.instrumentation.testing.ScriptedMesh;
import dev.weft.instrumentation.testing.SocketOrigin;
import dev.weft.instrumentation.testing.probe.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts of clients share: a probe, two origins, and an authority of its own for each
 * test. After each test every call has ended once, and no hook has failed.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ClientContract {

  static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;
  static final ClientProbe PROBE = Probes.client();
  static final String SCHEME = PROBE.scheme() + "://";
  static final Origin GOOD = PROBE.origin();
  static final Origin BAD = PROBE.always(503);

  /** Breaks connections on demand; HTTP/1.1, whatever the probe speaks. */
  static final SocketOrigin BREAKING = PROBE.breaking();

  private static final AtomicInteger TESTS = new AtomicInteger();

  final String authority = "t" + TESTS.incrementAndGet() + ".mesh.test:9080";
  private final List<ScriptedMesh.Calls> scripted = new ArrayList<>();

  /** Calls to this test's authority follow such a script. */
  final ScriptedMesh.Calls script(Supplier<Script> script) {
    return script(authority, script);
  }

  final ScriptedMesh.Calls script(String host, Supplier<Script> script) {
    ScriptedMesh.Calls calls = MESH.script(host, head -> script.get());
    scripted.add(calls);
    return calls;
  }

  final String url(String target) {
    return SCHEME + authority + target;
  }

  static void needs(Feature feature) {
    assumeTrue(PROBE.features().contains(feature), "the library has no " + feature);
  }

  @AfterEach
  void everyCallEndedOnce() throws Exception {
    GOOD.gate().open();
    for (ScriptedMesh.Calls calls : scripted) {
      for (ScriptedCall call : calls.all()) {
        call.over().get(10, TimeUnit.SECONDS);
        assertThat(call.isEndedOnce()).as(call.toString()).isTrue();
        assertThat(call.mistakes()).as(call.toString()).isEmpty();
      }
    }
    assertThat(MESH.suppressed()).isEmpty();
  }
}
