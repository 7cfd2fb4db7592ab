package dev.weft.injector.webhook;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.Failures;
import dev.weft.control.model.MeshSettings;
import dev.weft.injector.InjectionRules;
import dev.weft.injector.Injector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A running injector: the webhook, its certificate, and what is told about both. */
public final class InjectorServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(InjectorServer.class.getName());

  /** An API server asks as often as pods are created; a stranger may only hold so many. */
  private static final int THREADS = 32;

  private static final long IDLE_SECONDS = 30;

  /** What the JDK's server is told before its first use, unless somebody has decided otherwise. */
  private static final Map<String, String> SERVER =
      Map.of(
          // Seconds in which a call's head must have come.
          "sun.net.httpserver.maxReqTime", "15",
          // Head and body are written apart: the second would wait 40 ms for the first's ACK.
          "sun.net.httpserver.nodelay", "true");

  static {
    SERVER.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
  }

  private final Deque<AutoCloseable> parts;
  private final ShownCertificate shown = new ShownCertificate();
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>("starting");
  private final InjectorMetrics metrics;
  private final Rotation rotation;
  private final HttpsServer server;
  private final @Nullable HttpServer monitoring;

  private InjectorServer(InjectorSettings settings, Cluster cluster, Deque<AutoCloseable> parts)
      throws IOException {
    this.parts = parts;
    KubernetesClient client = part(cluster.forQuestions());
    InstantSource clock = InstantSource.system();
    InjectionRules rules = decided(settings.rules(), client);
    InjectorSettings.Names names = settings.names();
    InjectorSettings.Certificate terms = settings.certificate();
    this.rotation =
        new Rotation(
            new SecretCertificateStore(client, names.namespace(), names.secret()),
            new CaBundles(client, names.mutating(), names.validating()),
            shown::show,
            new Rotation.Terms(serverNames(names), terms.life(), terms.settling()),
            clock);
    this.metrics = new InjectorMetrics(rotation::expires);
    PodEvents events = part(new PodEvents(client, rules.revision(), metrics, clock));
    this.server = HttpsServer.create(settings.listen(), 0);
    part(() -> server.stop(0));
    server.setHttpsConfigurator(new HttpsConfigurator(tls()));
    server.createContext(
        "/inject",
        new HttpAnswers(new PodInjection(new Injector(rules), events, metrics), metrics));
    server.createContext(
        "/validate",
        new HttpAnswers(
            new Validation(MeshSettings.DEFAULT.withTrustDomain(rules.trustDomain())), metrics));
    ExecutorService threads = part(threads(), ExecutorService::shutdownNow);
    server.setExecutor(threads);
    this.monitoring = settings.monitoring() == null ? null : monitoring(settings.monitoring());
    ScheduledExecutorService steps =
        part(
            Executors.newSingleThreadScheduledExecutor(named("weft-certificate")),
            ExecutorService::shutdownNow);
    server.start();
    steps.scheduleWithFixedDelay(this::step, 0, terms.every().toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts it. It asks the cluster for what it needs until it gets it, and says meanwhile that it
   * is not ready.
   *
   * @throws IOException a port is taken; nothing is left running then
   */
  public static InjectorServer start(InjectorSettings settings, Cluster cluster)
      throws IOException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return new InjectorServer(settings, cluster, parts);
    } catch (IOException | RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  /** By the API server's version, where the rules leave that open. */
  private static InjectionRules decided(InjectionRules rules, KubernetesClient client) {
    if (rules.delivery() != InjectionRules.Delivery.AUTO) {
      return rules;
    }
    try {
      VersionInfo version = client.getKubernetesVersion();
      String minor = version == null ? "" : version.getMinor().replaceAll("[^0-9].*", "");
      InjectionRules decided = rules.forServer(minor.isEmpty() ? 0 : Integer.parseInt(minor));
      LOG.log(System.Logger.Level.INFO, "delivery: {0}", decided.delivery().word());
      return decided;
    } catch (KubernetesClientException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "delivery: initContainer, because the API server does not say its version: {0}",
          Failures.message(e));
      return rules.forServer(0);
    }
  }

  private static List<String> serverNames(InjectorSettings.Names names) {
    String service = names.service() + "." + names.namespace() + ".svc";
    return List.of(service, service + ".cluster.local");
  }

  private SSLContext tls() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {shown}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private void step() {
    try {
      rotation.step();
      if (trouble.getAndSet(null) != null) {
        LOG.log(System.Logger.Level.INFO, "ready; the certificate expires {0}", rotation.expires());
      }
    } catch (IOException | RuntimeException e) {
      metrics.stepFailed();
      String now = e.getMessage() == null ? e.toString() : e.getMessage();
      if (!now.equals(trouble.getAndSet(now))) {
        LOG.log(System.Logger.Level.WARNING, "the webhook''s certificate: {0}", now);
      }
    }
  }

  private HttpServer monitoring(InetSocketAddress address) throws IOException {
    HttpServer plain = HttpServer.create(address, 0);
    part(() -> plain.stop(0));
    plain.createContext(
        "/metrics",
        exchange -> {
          try (exchange) {
            HttpAnswers.send(exchange, 200, metrics.text());
          }
        });
    plain.createContext(
        "/ready",
        exchange -> {
          try (exchange) {
            // What is shown stays good while the cluster is away for a moment.
            String why = shown.isThere() ? null : trouble.get();
            HttpAnswers.send(
                exchange, why == null ? 200 : 503, why == null ? "ready\n" : why + "\n");
          }
        });
    plain.setExecutor(
        part(
            Executors.newSingleThreadExecutor(named("weft-monitoring")),
            ExecutorService::shutdownNow));
    plain.start();
    return plain;
  }

  private static ExecutorService threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named("weft-webhook"));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  private interface Ending<T> {
    void end(T part);
  }

  private <T> T part(T part, Ending<T> ending) {
    parts.push(() -> ending.end(part));
    return part;
  }

  /** Where the API server asks. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Where it is asked how it is; null: nowhere. */
  public @Nullable InetSocketAddress monitoringAddress() {
    return monitoring == null ? null : monitoring.getAddress();
  }

  /** Why it cannot be used; null: it can. */
  public @Nullable String trouble() {
    return trouble.get();
  }

  @Override
  public void close() {
    close(parts);
  }

  private static void close(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "stopping " + part, e);
      }
    }
  }
}
