package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.RequestHead;
import dev.weft.instrumentation.testing.ScriptedInbound;
import dev.weft.instrumentation.testing.ScriptedMesh;
import dev.weft.instrumentation.testing.ServerProbe;
import dev.weft.instrumentation.testing.probe.Probes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the contracts of servers share. After each test every exchange has ended once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServerContract {

  static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;
  static final ServerProbe PROBE = Probes.server();

  static final Verdict PASS = new Verdict.Pass(HeaderEdits.NONE);

  static HeaderEdits setting(String name, String value) {
    return HeaderEdits.setting(List.of(Map.entry(name, value)));
  }

  static void admit(Verdict verdict) {
    admit(head -> () -> verdict);
  }

  static void admit(Function<RequestHead, Supplier<Verdict>> verdict) {
    MESH.admit(verdict, HeaderEdits.NONE);
  }

  /** Waits for the only exchange to end. */
  static ScriptedInbound only() throws Exception {
    Awaitility.await()
        .until(() -> MESH.inbound().size() == 1 && MESH.inbound().get(0).end().isDone());
    return MESH.inbound().get(0);
  }

  static InboundCall first() {
    return MESH.inbound().get(0);
  }

  @AfterEach
  void everyExchangeEndedOnce() {
    for (ScriptedInbound call : MESH.inbound()) {
      Awaitility.await().until(() -> call.end().isDone());
      assertThat(call.ends()).as(call.toString()).isEqualTo(1);
    }
    MESH.admitAll();
    assertThat(MESH.suppressed()).isEmpty();
  }
}
