package dev.weft.control.source.registry;

import dev.weft.control.api.v1.Coverage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.api.v1.Plaintext;
import dev.weft.control.api.v1.Unmeshed;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.ServiceName;
import dev.weft.control.source.registry.Registration.PlaintextCaller;
import dev.weft.control.source.registry.Registration.UnmeshedSocket;
import dev.weft.control.source.registry.Registration.WovenLibrary;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what agents send; anybody who reaches the port can send anything. */
final class RegistrationReader {

  private static final int MAX_PORTS = 256;
  private static final int MAX_LABELS = 64;
  private static final int MAX_LIBRARIES = 256;
  private static final int MAX_SOCKETS = 128;
  private static final int MAX_ADDRESSES = 4;
  private static final int MAX_FRAMES = 8;
  private static final int MAX_CALLERS = 128;
  private static final int MAX_TEXT = 256;

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern INSTANCE = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  /**
   * Whether the agent's stream comes from this very host, so that loopback means the same to us.
   */
  private final boolean sameHost;

  /** Who the agent is proven to be; null: nobody knows. */
  private final @Nullable Principal principal;

  RegistrationReader(boolean sameHost, @Nullable Principal principal) {
    this.sameHost = sameHost;
    this.principal = principal;
  }

  Registration read(Hello hello) throws RefusedException {
    if (!INSTANCE.matcher(hello.getInstance()).matches()) {
      throw new RefusedException(
          "instance: " + shown(hello.getInstance()) + " (expected: 1 to 128 printable characters)");
    }
    String name = label("name", hello.getName());
    String namespace = label("namespace", hello.getNamespace());
    if (principal != null && !principal.id().namespace().value().equals(namespace)) {
      throw new RefusedException(
          "namespace: "
              + shown(namespace)
              + " (expected: "
              + principal.id().namespace()
              + ", of "
              + principal.id()
              + ")");
    }
    InetAddress address = address(hello.getAddress());
    if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new RefusedException(
          "address: " + shown(hello.getAddress()) + " (expected: an IP address of this workload)");
    }
    return new Registration(
        hello.getInstance(),
        new ServiceName(name, new Namespace(namespace)),
        labels(hello.getLabelsMap()),
        address.getHostAddress(),
        new Registration.Jvm(
            text(hello.getAgentVersion()),
            text(hello.getJavaVersion()),
            hello.getPid(),
            text(hello.getMetricsAddress())),
        ports(hello.getListeningList(), address),
        List.of(),
        Registration.Unmeshed.NONE,
        null,
        principal);
  }

  RegisteredPort read(Listening listening, Registration of) throws RefusedException {
    if (of.ports().size() >= MAX_PORTS) {
      throw new RefusedException("one more port (expected: at most " + MAX_PORTS + ")");
    }
    InetAddress address = address(of.address());
    if (address == null) {
      throw new IllegalStateException(of.address() + " (expected: what was read before)");
    }
    return port(listening, address);
  }

  List<WovenLibrary> read(Coverage coverage) throws RefusedException {
    if (coverage.getLibrariesCount() > MAX_LIBRARIES) {
      throw new RefusedException(
          coverage.getLibrariesCount() + " libraries (expected: at most " + MAX_LIBRARIES + ")");
    }
    List<WovenLibrary> libraries = new ArrayList<>();
    for (Coverage.Library library : coverage.getLibrariesList()) {
      libraries.add(
          new WovenLibrary(
              text(library.getName()), text(library.getVersion()), text(library.getProblem())));
    }
    return libraries;
  }

  Registration.Unmeshed read(Unmeshed unmeshed) throws RefusedException {
    atMost(MAX_SOCKETS, unmeshed.getSocketsCount(), "unmeshed sockets");
    List<UnmeshedSocket> sockets = new ArrayList<>();
    for (Unmeshed.Socket socket : unmeshed.getSocketsList()) {
      atMost(MAX_ADDRESSES, socket.getAddressesCount(), "addresses of an unmeshed socket");
      atMost(MAX_FRAMES, socket.getFramesCount(), "frames of an unmeshed socket");
      sockets.add(
          new UnmeshedSocket(
              socket.getListens(),
              texts(socket.getAddressesList()),
              text(socket.getLibrary()),
              text(socket.getReason()),
              socket.getCount(),
              texts(socket.getFramesList())));
    }
    return new Registration.Unmeshed(sockets, unmeshed.getLeftOff());
  }

  Registration.Plaintext read(Plaintext plaintext) throws RefusedException {
    atMost(MAX_CALLERS, plaintext.getCallersCount(), "callers in plaintext");
    List<PlaintextCaller> callers = new ArrayList<>();
    for (Plaintext.Caller caller : plaintext.getCallersList()) {
      InetAddress address = address(caller.getAddress());
      if (address == null) {
        throw new RefusedException(
            "caller in plaintext: " + shown(caller.getAddress()) + " (expected: an IP address)");
      }
      callers.add(
          new PlaintextCaller(
              address.getHostAddress(),
              number(caller.getPort()),
              caller.getOwnTls(),
              caller.getConnections(),
              Integer.toUnsignedLong(caller.getOpen()),
              Instant.ofEpochMilli(caller.getLast())));
    }
    return new Registration.Plaintext(
        Instant.ofEpochMilli(plaintext.getSince()), callers, plaintext.getLeftOff());
  }

  private static void atMost(int most, int count, String what) throws RefusedException {
    if (count > most) {
      throw new RefusedException(count + " " + what + " (expected: at most " + most + ")");
    }
  }

  private static List<String> texts(List<String> values) throws RefusedException {
    List<String> texts = new ArrayList<>();
    for (String value : values) {
      texts.add(text(value));
    }
    return texts;
  }

  private List<RegisteredPort> ports(List<Listening> listening, InetAddress address)
      throws RefusedException {
    if (listening.size() > MAX_PORTS) {
      throw new RefusedException(listening.size() + " ports (expected: at most " + MAX_PORTS + ")");
    }
    List<RegisteredPort> ports = new ArrayList<>();
    for (Listening one : listening) {
      ports.add(port(one, address));
    }
    return ports;
  }

  private RegisteredPort port(Listening listening, InetAddress workload) throws RefusedException {
    int port = number(listening.getPort());
    String bound = text(listening.getBound());
    String library = text(listening.getLibrary());
    InetAddress socket = "localhost".equals(bound) ? loopback() : address(bound);
    if (socket == null || socket.isAnyLocalAddress()) {
      return new RegisteredPort(port, workload.getHostAddress(), bound, library);
    }
    boolean reachable = !socket.isLoopbackAddress() || workload.isLoopbackAddress() || sameHost;
    return new RegisteredPort(port, reachable ? socket.getHostAddress() : null, bound, library);
  }

  private static int number(int port) throws RefusedException {
    if (port < 1 || port > 65535) {
      throw new RefusedException("port: " + port + " (expected: 1 to 65535)");
    }
    return port;
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** Never asks DNS; null where the text is no address. */
  private static @Nullable InetAddress address(String text) {
    if (!ADDRESS.matcher(text).matches() || !(text.contains(":") || text.contains("."))) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static Map<String, String> labels(Map<String, String> labels) throws RefusedException {
    if (labels.size() > MAX_LABELS) {
      throw new RefusedException(labels.size() + " labels (expected: at most " + MAX_LABELS + ")");
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (unfit(label.getKey()) || unfit(label.getValue())) {
        throw new RefusedException(
            String.format(
                Locale.ROOT,
                "label: %s=%s (expected: at most %d characters, none of them control characters)",
                shown(label.getKey()),
                shown(label.getValue()),
                MAX_TEXT));
      }
    }
    return labels;
  }

  private static String label(String field, String value) throws RefusedException {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!DNS_LABEL.matcher(lower).matches()) {
      throw new RefusedException(
          String.format(
              Locale.ROOT,
              "%s: %s (expected: letters, digits and '-', at most 63, as in a host name)",
              field,
              shown(value)));
    }
    return lower;
  }

  private static String text(String value) throws RefusedException {
    if (unfit(value)) {
      throw new RefusedException(
          shown(value)
              + " (expected: at most "
              + MAX_TEXT
              + " characters, none of them control characters)");
    }
    return value;
  }

  private static boolean unfit(String text) {
    return text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl);
  }

  /** Quoted, short, and harmless in a log. */
  private static String shown(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return '"' + cut.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
