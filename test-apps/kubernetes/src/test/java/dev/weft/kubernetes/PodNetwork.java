package dev.weft.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network of pods, each with an address and a loopback of its own, that reaches nothing else. */
final class PodNetwork {

  private static final String BRIDGE = "weft0";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PAUSE_MILLIS = 5;

  /** Pods' addresses, after the bridge's own. */
  private static final int FIRST = 10;

  private final InetAddress address;
  private final Path logs;
  private final AtomicInteger last = new AtomicInteger(FIRST);

  private PodNetwork(InetAddress address, Path logs) {
    this.address = address;
    this.logs = logs;
  }

  /** The one that {@code network/bin/java} has made; empty, and said aloud, where it could not. */
  static Optional<PodNetwork> here(Path logs) throws IOException {
    NetworkInterface bridge = NetworkInterface.getByName(BRIDGE);
    if (bridge == null) {
      System.err.println(
          "SKIPPED: no pod is run (expected: Linux where unshare --map-root-user --net, and ip, may"
              + " be used)");
      return Optional.empty();
    }
    InetAddress address =
        bridge
            .inetAddresses()
            .filter(each -> each.getAddress().length == 4)
            .findFirst()
            .orElseThrow();
    return Optional.of(new PodNetwork(address, logs));
  }

  /** Where pods reach the machine. */
  InetAddress address() {
    return address;
  }

  /** What the containers of a pod share. */
  record Sandbox(Child holder, String address) implements AutoCloseable {

    /** Begins a command within. */
    List<String> enter() {
      return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "--");
    }

    @Override
    public void close() throws InterruptedException {
      holder.awaitEnd(Duration.ZERO);
    }
  }

  Sandbox sandbox(String name) throws IOException, HarnessException, InterruptedException {
    int number = last.incrementAndGet();
    byte[] own = address.getAddress();
    String ip = (own[0] & 255) + "." + (own[1] & 255) + "." + number / 250 + "." + number % 250;
    Child holder =
        Child.start(
            "pause-" + name, List.of("unshare", "--net", "sleep", "infinity"), Map.of(), logs);
    awaitApart(holder);
    Sandbox sandbox = new Sandbox(holder, ip);
    String link = "pod" + number;
    run(
        "ip",
        "link",
        "add",
        link,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        "" + holder.pid());
    run("ip", "link", "set", link, "master", BRIDGE, "up");
    run(
        within(
            sandbox, "ip link set lo up; ip addr add " + ip + "/16 dev eth0; ip link set eth0 up"));
    return sandbox;
  }

  private static String[] within(Sandbox sandbox, String script) {
    List<String> command = new java.util.ArrayList<>(sandbox.enter());
    command.addAll(List.of("sh", "-ec", script));
    return command.toArray(new String[0]);
  }

  /** It has a network of its own only once unshare has got so far. */
  private static void awaitApart(Child holder)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    Path its = Path.of("/proc/" + holder.pid() + "/ns/net");
    while (Files.readSymbolicLink(its).equals(own)) {
      if (!holder.alive() || System.nanoTime() > deadline) {
        throw new HarnessException(holder.name() + ": no network of its own: " + holder.tail());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private static void run(String... command)
      throws IOException, HarnessException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new HarnessException(String.join(" ", command) + ": " + said);
    }
  }
}
