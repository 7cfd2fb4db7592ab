package dev.weft.control.source.registry;

import dev.weft.control.model.Principal;
import dev.weft.control.model.ServiceName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of the process it lives in.
 *
 * @param instance chosen by the process, the same over reconnects
 * @param jvm for people: which process it is
 * @param ports by number
 * @param unmeshed which of its sockets the mesh does not carry
 * @param plaintext who has called it in plaintext; null: its agent has not said
 * @param principal who the process is proven to be, and what it may serve; null: nobody knows
 */
public record Registration(
    String instance,
    ServiceName service,
    Map<String, String> labels,
    String address,
    Jvm jvm,
    List<RegisteredPort> ports,
    List<WovenLibrary> libraries,
    Unmeshed unmeshed,
    @Nullable Plaintext plaintext,
    @Nullable Principal principal) {

  /**
   * @param metrics host and port; empty: none
   */
  public record Jvm(String agentVersion, String javaVersion, long pid, String metrics) {}

  /**
   * @param problem why the library is not woven; empty if it is
   */
  public record WovenLibrary(String name, String version, String problem) {}

  /**
   * Sockets that the mesh does not carry.
   *
   * @param leftOff how many there are of kinds that are not among these
   */
  public record Unmeshed(List<UnmeshedSocket> sockets, long leftOff) {

    public static final Unmeshed NONE = new Unmeshed(List.of(), 0);

    public Unmeshed {
      sockets = List.copyOf(sockets);
    }
  }

  /**
   * Sockets that are alike.
   *
   * @param listens whether they accept connections; else the application connects
   * @param addresses some of them
   * @param library whose code opened them
   * @param reason why the mesh does not carry them
   * @param frames of the stack that opened the first
   */
  public record UnmeshedSocket(
      boolean listens,
      List<String> addresses,
      String library,
      String reason,
      long count,
      List<String> frames) {

    public UnmeshedSocket {
      addresses = List.copyOf(addresses);
      frames = List.copyOf(frames);
    }
  }

  /**
   * Who has called in plaintext where mutual TLS was to be had.
   *
   * @param since from when on nobody else has, by the agent's clock, as all times here
   * @param leftOff connections of callers who are not among these
   */
  public record Plaintext(Instant since, List<PlaintextCaller> callers, long leftOff) {

    public Plaintext {
      callers = List.copyOf(callers);
    }
  }

  /**
   * One address that calls one port.
   *
   * @param address an IP address, as {@link java.net.InetAddress#getHostAddress} writes it
   * @param ownTls whether what it speaks is TLS, but not the mesh's
   * @param connections how many it has made
   * @param open how many of them are open
   * @param last when one was opened or closed last
   */
  public record PlaintextCaller(
      String address, int port, boolean ownTls, long connections, long open, Instant last) {}

  public Registration {
    labels = Map.copyOf(labels);
    ports = ports.stream().sorted(Comparator.comparing(RegisteredPort::port)).toList();
    libraries = List.copyOf(libraries);
  }

  Registration with(RegisteredPort port) {
    Stream<RegisteredPort> others = ports.stream().filter(it -> it.port() != port.port());
    return withPorts(Stream.concat(others, Stream.of(port)).toList());
  }

  Registration without(int port) {
    return withPorts(ports.stream().filter(it -> it.port() != port).toList());
  }

  Registration with(List<WovenLibrary> woven) {
    return new Registration(
        instance, service, labels, address, jvm, ports, woven, unmeshed, plaintext, principal);
  }

  Registration with(Unmeshed sockets) {
    return new Registration(
        instance, service, labels, address, jvm, ports, libraries, sockets, plaintext, principal);
  }

  Registration with(@Nullable Plaintext callers) {
    return new Registration(
        instance, service, labels, address, jvm, ports, libraries, unmeshed, callers, principal);
  }

  /** What the agent says besides its hello is of the process, not of the stream. */
  Registration withWhatWasMetBy(Registration before) {
    return with(before.libraries).with(before.unmeshed).with(before.plaintext);
  }

  private Registration withPorts(List<RegisteredPort> changed) {
    return new Registration(
        instance, service, labels, address, jvm, changed, libraries, unmeshed, plaintext,
        principal);
  }

  /** Whether it may serve the service that it names; whoever is nobody in particular may. */
  boolean mayServe() {
    return principal == null || principal.mayServe(service.name());
  }

  /** {@code reviews.default (process 4711)}. */
  @Override
  public String toString() {
    return service + " (process " + jvm.pid() + ")";
  }
}
