package dev.weft.instrumentation.jdksockets;

import java.util.List;
import java.util.function.Consumer;

/**
 * Netty's native transports: epoll, kqueue, io_uring. Their connections never come by here, so
 * Netty, and whoever brings a renamed copy of it, is made to use the JDK's sockets instead: by its
 * own switch, which its copies rename, and by the name of the library that it loads, which they
 * prefix.
 */
public final class NativeTransports {

  private static final String LIBRARY = "netty_transport_native";
  private static final String OF_SELF_TEST = LIBRARY + "_none";
  private static final String SWITCH = "io.netty.transport.noNative";
  private static final List<String> PREFIXES = List.of("", "io.grpc.netty.shaded.");

  /** How the message of a refusal begins. */
  static final String REFUSAL = "mesh: ";

  private static volatile boolean allowed;
  private static volatile Consumer<String> told = library -> {};

  private NativeTransports() {}

  static void allow(boolean now, Consumer<String> from) {
    allowed = now;
    told = from;
    for (String prefix : PREFIXES) {
      String name = prefix + SWITCH;
      if (now && "true".equals(System.getProperty(name))) {
        System.clearProperty(name);
      } else if (!now) {
        System.setProperty(name, "true");
      }
    }
  }

  static boolean areAllowed() {
    return allowed;
  }

  /**
   * A native library is about to be loaded.
   *
   * @param library its file, or its name
   * @throws UnsatisfiedLinkError it must not
   */
  public static void loading(String library) {
    if (library == null || !library.contains(LIBRARY)) {
      return;
    }
    Acts.note(Act.LOADING);
    if (!library.contains(OF_SELF_TEST)) {
      told.accept(library.substring(library.lastIndexOf('/') + 1));
    }
    if (!allowed) {
      throw new UnsatisfiedLinkError(
          REFUSAL
              + library
              + " is a native transport, whose connections would bypass mutual TLS"
              + " (weft.native.transports=allow lets it)");
    }
  }
}
