package dev.weft.control.cli;

import dev.weft.injector.InjectionRules;
import dev.weft.injector.webhook.InjectorServer;
import dev.weft.injector.webhook.InjectorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weftctl injector}: the admission webhook in this process, until it is told to stop. */
@Command(
    name = "injector",
    description = "Inject the agent into pods, as the admission webhook of a cluster.")
final class InjectorCommand implements Callable<Integer> {

  private static final int PORT = 15_017;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      converter = RulesFile.class,
      description = "Rules of injection (default: those of a plain installation).")
  private InjectionRules rules = InjectionRules.DEFAULT;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Where its Service and its Secret are (default: ${DEFAULT-VALUE}).")
  private String namespace = "weft-system";

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "The Service by which the API server finds it (default: ${DEFAULT-VALUE}).")
  private String service = "weft-injector";

  @Option(
      names = "--webhook",
      paramLabel = "NAME",
      description = "Its MutatingWebhookConfiguration (default: ${DEFAULT-VALUE}).")
  private String webhook = "weft-injector";

  @Option(
      names = "--validating",
      paramLabel = "NAME",
      description = "Its ValidatingWebhookConfiguration (default: there is none).")
  private @Nullable String validating;

  @Option(
      names = "--certificate-secret",
      paramLabel = "NAME",
      description = "The Secret with its certificate (default: ${DEFAULT-VALUE}).")
  private String secret = "weft-injector-certificate";

  @Option(
      names = "--certificate-life",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long its certificates hold; replaced at half of it (default: 30d).")
  private Duration life = InjectorSettings.Certificate.DEFAULT.life();

  @Option(
      names = "--certificate-settling",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = {
        "How long a new certificate is believed before it is shown; longer than API servers take",
        "to hear of it (default: 60s)."
      })
  private Duration settling = InjectorSettings.Certificate.DEFAULT.settling();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description = "Where the API server asks, with TLS (default: 0.0.0.0:15017).")
  private InetSocketAddress listen = new InetSocketAddress("0.0.0.0", PORT);

  @Option(
      names = "--monitoring",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description = "Where /metrics and /ready are served, without TLS (default: nowhere).")
  private @Nullable InetSocketAddress monitoring;

  @Mixin private ReachOptions reach = new ReachOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    InjectorServer server =
        InjectorServer.start(
            new InjectorSettings(
                rules,
                new InjectorSettings.Names(namespace, service, secret, webhook, validating),
                listen,
                monitoring,
                InjectorSettings.Certificate.of(life, settling)),
            reach.cluster());
    return Lasting.untilStopped(server::close);
  }
}
