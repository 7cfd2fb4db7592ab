package dev.weft.runtime;

import java.lang.StackWalker.StackFrame;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose code opens a socket on the current thread.
 *
 * @param library the file of the innermost class that is neither the JDK's nor ours, without its
 *     ending; else its package; where the JDK alone is on the stack, what of it
 * @param adapter of the innermost client that Weft has an adapter for; null: none is on the stack
 * @param frames at most {@link #FRAMES}, from the innermost outwards, without those that only open
 *     the socket
 */
record SocketOrigin(String library, @Nullable String adapter, List<String> frames) {

  static final int FRAMES = 8;

  /** Characters of each text. */
  static final int LONGEST = 200;

  /** Deeper is nobody who would be recognized. */
  private static final int DEEPEST = 96;

  /** What is on the stack of a client's connection, and the adapter of that client. */
  private static final Map<String, String> CLIENTS =
      Map.of(
          "jdk.internal.net.http.", "java-http-client",
          "sun.net.www.protocol.", "http-url-connection",
          "io.grpc.", "grpc");

  private static final List<String> OURS =
      List.of(
          "dev.weft.bridge.", "dev.weft.engine.", "dev.weft.instrumentation.", "dev.weft.runtime.");

  private static final List<String> OPENERS =
      List.of("sun.nio.ch.", "java.net.", "java.nio.channels.", "sun.net.NetworkC");

  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  SocketOrigin {
    frames = List.copyOf(frames);
  }

  static SocketOrigin here() {
    return of(WALKER.walk(all -> all.limit(DEEPEST).collect(Collectors.toList())));
  }

  private static SocketOrigin of(List<StackFrame> stack) {
    List<String> frames = new ArrayList<>();
    String adapter = null;
    Class<?> owner = null;
    for (StackFrame frame : stack) {
      String name = frame.getClassName();
      if (!isNone(name, OURS)) {
        continue;
      }
      if (owner == null && isNone(name, JDK)) {
        owner = frame.getDeclaringClass();
      }
      adapter = adapter == null ? adapter(name) : adapter;
      if (frames.size() < FRAMES && (!frames.isEmpty() || isNone(name, OPENERS))) {
        frames.add(shown(frame.toStackTraceElement().toString()));
      }
    }
    return new SocketOrigin(
        shown(owner == null ? ofTheJdk(adapter) : library(owner)), adapter, frames);
  }

  private static boolean isNone(String className, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (className.startsWith(prefix)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String adapter(String className) {
    for (Map.Entry<String, String> client : CLIENTS.entrySet()) {
      if (className.startsWith(client.getKey())) {
        return client.getValue();
      }
    }
    return null;
  }

  private static String ofTheJdk(@Nullable String adapter) {
    return adapter == null ? "jdk" : adapter;
  }

  private static String library(Class<?> owner) {
    CodeSource source = owner.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    String file = location == null ? "" : jar(location.getPath());
    return file.isEmpty() ? owner.getPackageName() : file;
  }

  /** The innermost jar of a path, without its folders and ending; empty: none is named. */
  static String jar(String path) {
    int end = path.lastIndexOf(".jar");
    return end < 0 ? "" : path.substring(path.lastIndexOf('/', end) + 1, end);
  }

  /** What others take: no longer than they do, and without control characters. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text);
    shown.setLength(Math.min(shown.length(), LONGEST));
    for (int i = 0; i < shown.length(); i++) {
      if (Character.isISOControl(shown.charAt(i))) {
        shown.setCharAt(i, '?');
      }
    }
    return shown.toString();
  }
}
