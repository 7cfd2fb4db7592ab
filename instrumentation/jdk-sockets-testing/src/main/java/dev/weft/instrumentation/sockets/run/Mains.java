package dev.weft.instrumentation.sockets.run;

import dev.weft.bridge.Weft;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.pki.Credentials;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the JVMs at both ends have in common. */
final class Mains {

  private Mains() {}

  /** Puts the test's mesh up; throws where the layer beneath is not there or does not act. */
  static TestWire install(Credentials credentials) throws IOException, GeneralSecurityException {
    if (Weft.sockets() == null) {
      throw new IllegalStateException("the socket layer is not woven");
    }
    List<String> problems = Weft.sockets().selfTest();
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the socket layer: " + problems);
    }
    Weft.onSuppressed(
        (hook, failure) -> {
          System.out.println("FAILED " + hook);
          failure.printStackTrace(System.out);
        });
    TestWire wire = new TestWire(credentials.context());
    Weft.install(wire);
    return wire;
  }

  /** One line: what the mesh has seen. */
  static String seen(TestWire wire) {
    Map<String, Integer> refusals = new TreeMap<>();
    wire.refusals().forEach(reason -> refusals.merge(reason, 1, Integer::sum));
    return "open="
        + wire.open().size()
        + " handshakes="
        + wire.handshakes()
        + " plaintexts="
        + wire.plaintexts()
        + " faults="
        + wire.faults()
        + " suppressed="
        + Weft.suppressedCount()
        + " refusals="
        + refusals;
  }
}
