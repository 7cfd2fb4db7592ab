package dev.weft.instrumentation.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.sockets.run.SelfTestMain;
import dev.weft.instrumentation.testing.run.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Takes one hook away at a time: the self-test must notice each. On JDKs but the newest, only what
 * they have in another place; all of it in the long run, {@code -Dsockets.full}.
 */
class HooksIT {

  private static final boolean FULL = !System.getProperty("sockets.full", "").isEmpty();
  private static final String INDEX = "META-INF/weft/hooks.idx";

  /** Hooks that let nothing through when they are missing. */
  private static final String ONLY_REPORTS = "sun/nio/ch/WeftListeners ";

  private static final Path JARS = Path.of("target", "hooks");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** One hook: its class, and its lines of the index. */
  private record Hook(String type, int line) {}

  @TestFactory
  Stream<DynamicNode> everyHook() throws IOException {
    List<DynamicNode> jdks = new ArrayList<>();
    List<String> index = index();
    List<Jdk> installed = Jdk.installed();
    for (Jdk jdk : installed) {
      boolean all = FULL || jdk.equals(installed.get(installed.size() - 1));
      List<DynamicNode> tests = new ArrayList<>();
      tests.add(DynamicTest.dynamicTest("all of them", () -> complete(jdk)));
      for (Hook hook : hooks(index)) {
        String name = hook.type + " " + index.get(hook.line);
        boolean chosen = all || index.get(hook.line).startsWith("optional");
        if (chosen && isHere(hook, index.get(hook.line), jdk)) {
          tests.add(DynamicTest.dynamicTest(name, () -> without(hook, index, jdk)));
        }
      }
      jdks.add(DynamicContainer.dynamicContainer("JDK " + jdk.feature(), tests));
    }
    return jdks.stream();
  }

  private static List<String> index() throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(ChildJvm.AGENT)) {
      return Files.readAllLines(jar.getPath(INDEX));
    }
  }

  private static List<Hook> hooks(List<String> index) {
    List<Hook> hooks = new ArrayList<>();
    boolean ours = false;
    String type = "";
    for (int i = 0; i < index.size(); i++) {
      String line = index.get(i);
      if (line.startsWith("adapter ")) {
        ours = line.startsWith("adapter jdk-sockets ");
      } else if (ours && line.startsWith("class ")) {
        type = line.substring("class ".length());
      } else if (ours
          && (line.startsWith("hook ") || line.startsWith("optional "))
          && !index.get(i + 1).contains(ONLY_REPORTS)) {
        hooks.add(new Hook(type, i));
      }
    }
    return hooks;
  }

  /** Whether this JDK has what an optional hook goes into. */
  private static boolean isHere(Hook hook, String line, Jdk jdk) {
    boolean old = jdk.feature() < 21;
    return switch (hook.type.substring(hook.type.lastIndexOf('/') + 1) + " " + line) {
      case "SocketDispatcher optional close 1", "FileChannelImpl optional transferToDirectly 3" ->
          old;
      case "UnixDispatcher optional close 1", "FileChannelImpl optional transferToDirect 3" -> !old;
      default -> true;
    };
  }

  private static void complete(Jdk jdk) throws Exception {
    assertThat(problems(jdk, ChildJvm.AGENT, List.of())).isEqualTo("[]");
    assertThat(problems(jdk, ChildJvm.AGENT, poll())).isEqualTo("[]");
  }

  private static List<String> poll() {
    return List.of("-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.PollSelectorProvider");
  }

  private static void without(Hook hook, List<String> index, Jdk jdk) throws Exception {
    List<String> less = new ArrayList<>(index);
    int end = hook.line + 1;
    while (less.get(end).startsWith("enter ") || less.get(end).startsWith("exit ")) {
      end++;
    }
    less.subList(hook.line, end).clear();
    Path jar = Files.createDirectories(JARS).resolve("without-" + hook.line + ".jar");
    Files.deleteIfExists(jar);
    Files.copy(ChildJvm.AGENT, jar);
    try (FileSystem copy = FileSystems.newFileSystem(jar)) {
      Files.writeString(copy.getPath(INDEX), String.join("\n", less), StandardCharsets.UTF_8);
    }
    boolean ofPoll = hook.type.endsWith("/PollSelectorImpl");
    assertThat(problems(jdk, jar, ofPoll ? poll() : List.of())).isNotEqualTo("[]");
    Files.delete(jar);
  }

  private static String problems(Jdk jdk, Path agent, List<String> options) throws Exception {
    Path log = Path.of("target", "hooks", "self-test.log");
    String main = SelfTestMain.class.getName();
    try (ChildJvm jvm = ChildJvm.start(jdk, agent, log, options, main, List.of())) {
      return String.valueOf(jvm.next("PROBLEMS", PATIENCE));
    }
  }
}
