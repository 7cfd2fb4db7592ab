package dev.weft.instrumentation.sockets.run;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import java.util.List;

/** Prints {@code PROBLEMS} and what the socket layer's self-test has found. */
public final class SelfTestMain {

  private SelfTestMain() {}

  /** Started by its test. */
  public static void main(String[] arguments) {
    SocketLayer layer = Weft.sockets();
    List<String> problems = layer == null ? List.of("nothing is woven") : layer.selfTest();
    System.out.println("PROBLEMS " + problems);
    Runtime.getRuntime().halt(0);
  }
}
