package dev.weft.control.cli;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import dev.weft.control.server.HostAndPort;
import dev.weft.control.source.keys.FetchRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weftctl up}: the control service in this process, until it is told to stop. */
@Command(
    name = "up",
    description = "Serve the configuration of a directory or a cluster to agents, and follow it.")
final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description = "The directory of Istio resources and Services, as YAML.")
  private @Nullable Path config;

  @Option(
      names = "--kubernetes",
      description = {
        "Follow a cluster instead: its Services, Pods and Istio resources. Its service accounts'",
        "tokens prove identities."
      })
  private boolean kubernetes;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--ca-secret",
      paramLabel = "NAME",
      description = {
        "In a cluster: the Secret with the mesh's root that all replicas and revisions share; made",
        "where there is none (default: each has a root of its own, in its state directory)."
      })
  private @Nullable String caSecret;

  @Option(
      names = "--revision",
      paramLabel = "NAME",
      description = "In a cluster: which of several control services this is (default: none).")
  private String revision = "";

  @Option(
      names = "--monitoring",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description = {
        "Where /ready and /metrics, and nothing else, are served to anybody (default: nowhere)."
      })
  private @Nullable InetSocketAddress monitoring;

  @Option(
      names = "--token-audience",
      paramLabel = "AUDIENCE",
      description = "What service accounts' tokens must be for (default: weft).")
  private String audience = ControlSettings.DEFAULT_AUDIENCE;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description = "Where agents connect, in plaintext (default: 127.0.0.1:15010).")
  private InetSocketAddress listen =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), ControlSettings.DEFAULT_PORT);

  @Option(
      names = "--tls-listen",
      paramLabel = "HOST:PORT|off",
      description = {
        "Where agents that have a join token connect, with TLS; off: nobody has an identity",
        "(default: port 15012 of the same address, where --listen has port 15010; else off)."
      })
  private @Nullable String tlsListen;

  @Option(
      names = "--trust-domain",
      paramLabel = "DOMAIN",
      description = {
        "The trust domain of all identities; a state directory is for one alone",
        "(default: what the state directory has; cluster.local if it is new)."
      })
  private @Nullable String trustDomain;

  @Option(
      names = "--certificate-life",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long certificates hold: 90s, 30m, 24h, 7d (default: 24h).")
  private Duration certificateLife = CertificateAuthority.DEFAULT_LIFE;

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      description = {
        "Sign with an authority that is plugged in: ca-cert.pem, ca-key.pem, cert-chain.pem and",
        "root-cert.pem, read again when they change (default: a root of our own)."
      })
  private @Nullable Path ca;

  @Option(
      names = "--jwks-private-host",
      paramLabel = "HOST",
      split = ",",
      description = {
        "A host, as jwksUri names it, whose keys may be fetched from private addresses, and",
        "without TLS; can be repeated (default: none)."
      })
  private List<String> jwksPrivateHosts = List.of();

  @Option(
      names = "--jwks-refresh",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long fetched keys of issuers are used: 90s, 30m (default: 5m).")
  private Duration jwksRefresh = FetchRules.DEFAULT.refresh();

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description =
          "Where status and metrics are served; loopback only (default: 127.0.0.1:15014).")
  private InetSocketAddress admin =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), ControlSettings.DEFAULT_ADMIN_PORT);

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "What survives a restart",
        "(default: $XDG_STATE_HOME/weft/control-PORT, below ~/.local/state)."
      })
  private @Nullable Path state;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Console console = new Console(spec.commandLine().getErr());
    ControlServer server = ControlServer.start(settings());
    CountDownLatch stopped =
        Lasting.stopping(
            () -> {
              server.close();
              console.line("stopped");
            });
    server.models().subscribe(console);
    console.line("agents connect to " + HostAndPort.of(server.address()) + " (WEFT_CONTROL)");
    InetSocketAddress tls = server.tlsAddress();
    CertificateAuthority authority = server.authority();
    if (tls != null && authority != null) {
      console.line(
          "and, with a join token, to "
              + HostAndPort.of(tls)
              + " with TLS; trust domain "
              + authority.trustDomain());
    }
    console.line(
        "status at http://"
            + HostAndPort.of(server.adminAddress())
            + "/status, metrics at /metrics");
    InetSocketAddress monitored = server.monitoringAddress();
    if (monitored != null) {
      console.line("readiness and metrics for anybody at http://" + HostAndPort.of(monitored));
    }
    stopped.await();
    return Lasting.STOPPED_BY_SIGNAL;
  }

  private ControlSettings.@Nullable Identity identity() {
    if ("off".equals(tlsListen)) {
      return null;
    }
    if (tlsListen != null) {
      return new ControlSettings.Identity(tlsAddress(tlsListen), trustDomain, certificateLife, ca);
    }
    if (listen.getPort() != ControlSettings.DEFAULT_PORT) {
      if (trustDomain != null || ca != null) {
        throw new ParameterException(
            spec.commandLine(),
            (ca != null ? "--ca" : "--trust-domain")
                + " without a TLS port (expected: --tls-listen)");
      }
      return null;
    }
    return new ControlSettings.Identity(
        new InetSocketAddress(listen.getAddress(), ControlSettings.DEFAULT_TLS_PORT),
        trustDomain,
        certificateLife,
        ca);
  }

  private InetSocketAddress tlsAddress(String written) {
    try {
      return new HostPort().convert(written);
    } catch (TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), "--tls-listen: " + e.getMessage(), e);
    }
  }

  private ControlSettings.@Nullable Home home() throws IOException {
    return caSecret == null && cluster.namespace() == null
        ? null
        : new ControlSettings.Home(cluster.namespace(spec), revision, caSecret);
  }

  private ControlSettings.Source source() throws IOException {
    boolean follows = kubernetes || cluster.nameCluster();
    if (!follows && (caSecret != null || cluster.namespace() != null || !revision.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "--ca-secret, --namespace and --revision without a cluster (expected: --kubernetes)");
    }
    if (follows == (config != null)) {
      throw new ParameterException(
          spec.commandLine(),
          follows
              ? "--config and a cluster (expected: one of them)"
              : "Missing required option: '--config=DIR' (or --kubernetes)");
    }
    if (config == null) {
      return new ControlSettings.Source.Kubernetes(cluster.cluster(), audience, home());
    }
    if (!Files.isDirectory(config)) {
      throw new ParameterException(
          spec.commandLine(), "--config: " + config + " (expected: a directory)");
    }
    return new ControlSettings.Source.Directory(config);
  }

  private ControlSettings settings() throws IOException {
    try {
      ControlSettings.Source source = source();
      return new ControlSettings(
          source,
          listen,
          admin,
          state == null ? ControlSettings.defaultState(listen.getPort()) : state,
          identity(),
          new FetchRules(Set.copyOf(jwksPrivateHosts), jwksRefresh),
          monitoring);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
