package dev.weft.runtime;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the socket layer of this JVM really guards its connections. */
final class SocketCheck {

  private SocketCheck() {}

  /**
   * Tries it, which takes some tens of milliseconds.
   *
   * @return what is wrong, for people; null: nothing
   */
  static @Nullable String problem() {
    SocketLayer layer = Weft.sockets();
    if (layer == null) {
      return "the JDK's sockets are not woven";
    }
    List<String> holes = layer.selfTest();
    return holes.isEmpty() ? null : String.join("; ", holes);
  }
}
