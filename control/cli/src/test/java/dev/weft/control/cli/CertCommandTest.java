package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.ca.JoinTokens;
import dev.weft.control.ca.RootRotation;
import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import dev.weft.control.server.HostAndPort;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code weftctl cert} and {@code weftctl root} print. */
class CertCommandTest {

  @TempDir private Path directory = Path.of(".");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commands = Weftctl.commandLine();
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    return commands.execute(arguments);
  }

  @Test
  void certificatesOfFilesAreShownAndKeysAreNot() throws Exception {
    JoinTokens.open(directory, null, InstantSource.system());
    Path file = directory.resolve("ca/root.pem");
    assertThat(Files.readString(file)).contains("PRIVATE KEY");
    assertThat(run("cert", file.toString())).isZero();
    assertThat(out.toString())
        .contains("spiffe://cluster.local", "O=cluster.local", "root")
        .doesNotContain("PRIVATE", "signed by the next");
    assertThat(run("cert", "-o", "json", file.toString())).isZero();
    assertThat(out.toString()).contains("\"kind\" : \"root\"").doesNotContain("PRIVATE");

    Path other = directory.resolve("two.pem");
    JoinTokens.open(directory.resolve("b"), null, InstantSource.system());
    Files.writeString(
        other,
        Files.readString(directory.resolve("b/ca/root.pem"))
                .replaceAll("(?s)^.*?(-----BEGIN C)", "$1")
            + Files.readString(file));
    assertThat(run("cert", other.toString())).isZero();
    assertThat(out.toString().lines()).hasSize(3);

    Files.writeString(other, "nothing");
    assertThat(run("cert", other.toString())).isEqualTo(Weftctl.FAILED);
    assertThat(err.toString()).contains("two.pem: no certificate (expected: -----BEGIN");
  }

  @Test
  void theMeshsChainAndRootsAreShown() throws Exception {
    Files.createDirectories(directory.resolve("config"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ControlServer server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"),
                any,
                any,
                directory.resolve("state"),
                new ControlSettings.Identity(any, null, Duration.ofHours(1))))) {
      String admin = HostAndPort.of(server.adminAddress());
      assertThat(run("cert", "--server", admin)).isZero();
      assertThat(out.toString())
          .contains("WORKLOAD", "LEADS TO", "O=cluster.local", "BELIEVED ROOT")
          .contains(java.util.Objects.requireNonNull(server.authority()).rootDigest());
      assertThat(run("cert", "--server", admin, "-o", "json")).isZero();
      assertThat(out.toString()).contains("\"chain\"", "\"serial\"").doesNotContain("PRIVATE");
    }
  }

  @Test
  void rootsAreReplacedStepByStep() throws Exception {
    String state = directory.resolve("state").toString();
    assertThat(run("root", "list", "--state", state)).isEqualTo(Weftctl.FAILED);
    assertThat(err.toString()).contains("has no root (expected: the state directory");
    JoinTokens.open(Path.of(state), null, InstantSource.system());
    assertThat(run("root", "activate", "--state", state)).isEqualTo(Weftctl.FAILED);
    assertThat(err.toString()).contains("there is no new root", "weftctl root rotate");
    assertThat(run("root", "rotate", "--state", state)).isZero();
    assertThat(err.toString()).contains("weftctl root activate");
    assertThat(run("root", "activate", "--state", state)).isEqualTo(Weftctl.FAILED);
    assertThat(err.toString()).contains("too early", "expected: not before", "--now");
    assertThat(run("root", "list", "--state", state)).isZero();
    assertThat(out.toString()).contains("signs", "next", "activate from");
    assertThat(run("root", "activate", "--now", "--state", state)).isZero();
    assertThat(run("root", "retire", "--now", "--state", state)).isZero();
    assertThat(err.toString()).contains("tokens that name it are worth nothing");
    assertThat(RootRotation.open(Path.of(state), InstantSource.system()).list()).hasSize(1);
  }
}
