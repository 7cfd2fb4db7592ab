package dev.weft.runtime;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import dev.weft.weaver.HookIndex;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.IndexReader;
import dev.weft.weaver.Weaver;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts the agent. */
public final class Agent {

  private static final String INDEX = "META-INF/weft/hooks.idx";

  private Agent() {}

  /**
   * Called on the application's main thread, before its main method.
   *
   * @param files what lies at a path of the agent's jar, or null
   */
  public static void start(
      Instrumentation instrumentation, Function<String, byte @Nullable []> files) {
    Settings settings = Settings.read();
    Log log = new Log(settings.get(Setting.LOG_LEVEL), System.err);
    settings.problems().forEach(log::warn);
    if (!settings.get(Setting.ENABLED)) {
      return;
    }
    boolean weaves = settings.get(Setting.MODE) == Setting.Mode.WEAVE;
    if (!weaves && settings.get(Setting.CONTROL).isEmpty()) {
      log.info("weft.control is not set (expected: host:port); the agent stays out");
      return;
    }
    HookIndex index = index(files);
    Weaver.Bridged bridged = Weaver.bridge(instrumentation, files, index);
    // Connections that begin while the sockets are being woven find somebody to ask.
    Composition composition = weaves ? null : Composition.guard(settings, log);
    Set<String> disabled = new HashSet<>();
    boolean identified = composition != null && settings.identified();
    for (Adapter adapter : index.adapters()) {
      if (!settings.weaves(adapter.name(), !adapter.guards() || identified)) {
        disabled.add(adapter.name());
      }
    }
    Coverage coverage = new Coverage(log);
    bridged.weave(disabled, coverage);
    SocketLayer sockets = Weft.sockets();
    if (sockets != null) {
      sockets.handshakeTimeout(settings.get(Setting.HANDSHAKE_TIMEOUT));
    }
    if (composition != null) {
      composition.watchNativeTransports(sockets, coverage);
      if (settings.serviceName().isEmpty()) {
        log.warn(
            "OTEL_SERVICE_NAME is not set (expected: the service's name); this process calls as"
                + " \"unknown\" and serves nobody");
      }
      composition.begin(coverage, instrumentation);
    }
  }

  private static HookIndex index(Function<String, byte @Nullable []> files) {
    byte[] text = files.apply(INDEX);
    if (text == null) {
      throw new IllegalStateException("the agent's jar has no " + INDEX);
    }
    return IndexReader.read(new String(text, StandardCharsets.UTF_8));
  }
}
