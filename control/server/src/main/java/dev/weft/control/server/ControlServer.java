package dev.weft.control.server;

import dev.weft.control.ca.Attestor;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.Doorman;
import dev.weft.control.ca.Refusals;
import dev.weft.control.ca.SharedState;
import dev.weft.control.config.Resolver;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.ClusterSource;
import dev.weft.control.kubernetes.ClusterWriter;
import dev.weft.control.kubernetes.SecretStore;
import dev.weft.control.kubernetes.TokenReviewAttestor;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.TrustSource;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.source.ConfigSource;
import dev.weft.control.source.DirectoryOptions;
import dev.weft.control.source.DirectorySource;
import dev.weft.control.source.MeshSource;
import dev.weft.control.source.keys.IssuerKeys;
import dev.weft.control.source.registry.LeaseFile;
import dev.weft.control.source.registry.LeaseTimes;
import dev.weft.control.source.registry.RegistrationService;
import dev.weft.control.source.registry.RegistryUpkeep;
import dev.weft.control.source.registry.WorkloadRegistry;
import dev.weft.control.xds.AdsServer;
import dev.weft.control.xds.Pacing;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running control service. */
public final class ControlServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());

  /** The directory has waited for quiet already. */
  private static final Pacing CONFIGURATION =
      new Pacing(Duration.ofMillis(20), Duration.ofSeconds(1));

  /** A cluster of ten thousand objects is read within seconds; one that is away is waited for. */
  private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(60);

  private static final long STOP_MILLIS = 300;

  private final Deque<AutoCloseable> parts;
  private final MeshSource models;
  private final @Nullable CertificateAuthority authority;
  private final Server grpc;
  private final @Nullable Server tls;
  private final AdminServer admin;
  private final @Nullable MonitoringServer monitoring;

  private ControlServer(ControlSettings settings, Deque<AutoCloseable> parts) throws IOException {
    this.parts = parts;
    InetSocketAddress asked = settings.monitoring();
    monitoring = asked == null ? null : part(MonitoringServer.start(asked));
    LeaseTimes times = LeaseTimes.DEFAULT;
    WorkloadRegistry registry =
        new WorkloadRegistry(times, System::nanoTime, InstantSource.system());
    part(new RegistryUpkeep(registry, LeaseFile.open(settings.state())));
    authority = authority(settings);
    Refusals refusals =
        authority == null ? new Refusals(InstantSource.system()) : authority.refusals();
    MeshSettings mesh =
        authority == null
            ? MeshSettings.DEFAULT
            : MeshSettings.DEFAULT.withTrustDomain(authority.trustDomain());
    Inputs inputs = inputs(settings.source(), mesh, registry);
    Resolver resolver = new Resolver(mesh);
    IssuerKeys keys = part(new IssuerKeys(settings.keys()));
    // Whoever asks before they are known is told that no token is to be believed.
    await(keys, resolver.resolve(inputs.config.files(), inputs.workloads.workloads()));
    TrustSource trust = authority == null ? TrustSource.NONE : authority.trust();
    models = part(MeshSource.open(resolver, inputs.config, inputs.workloads, trust, keys));
    part(models.subscribe(keys));
    ClusterWriter writer = writer(settings.source(), inputs.cluster, trust);
    AdsServer ads = part(new AdsServer(models, CONFIGURATION, Pacing.ENDPOINTS, Doorman::current));
    RegistrationService registrations =
        new RegistrationService(
            registry,
            times,
            instance -> ads.everybodyKnows(model -> !contains(model, instance)),
            new RegistrationService.Callers(Doorman::current, refusals::add));
    grpc = GrpcFront.start(settings.listen(), ads.service(), registrations.bindService());
    part(() -> stop(grpc));
    tls = tls(settings, ads.service(), registrations.bindService());
    StatusReader status =
        new StatusReader(
            settings,
            models,
            registry,
            ads,
            new StatusReader.Identities(authority, tlsAddress(), refusals),
            writer);
    part(status);
    admin = part(AdminServer.start(settings.admin(), status));
    if (monitoring != null) {
      monitoring.ready(status);
    }
  }

  /**
   * Starts everything; the configuration is in force and agents can connect when this returns.
   *
   * @throws IOException where a port is taken or the state directory cannot be used; nothing is
   *     left running then
   */
  public static ControlServer start(ControlSettings settings) throws IOException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return new ControlServer(settings, parts);
    } catch (IOException | RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  /**
   * What a model is made of.
   *
   * @param cluster null: a directory
   */
  private record Inputs(
      ConfigSource config, WorkloadSource workloads, @Nullable ClusterSource cluster) {}

  private Inputs inputs(ControlSettings.Source source, MeshSettings mesh, WorkloadRegistry registry)
      throws IOException {
    if (source instanceof ControlSettings.Source.Kubernetes kubernetes) {
      ClusterSource cluster =
          part(ClusterSource.open(kubernetes.cluster(), mesh, registry, CLUSTER_PATIENCE));
      return new Inputs(cluster.config(), cluster.workloads(), cluster);
    }
    Path directory = ((ControlSettings.Source.Directory) source).path();
    return new Inputs(
        part(DirectorySource.open(directory, mesh, DirectoryOptions.DEFAULT)), registry, null);
  }

  /** Who writes into the cluster; null: nobody. */
  private @Nullable ClusterWriter writer(
      ControlSettings.Source source, @Nullable ClusterSource cluster, TrustSource trust)
      throws IOException {
    if (cluster != null
        && source instanceof ControlSettings.Source.Kubernetes kubernetes
        && kubernetes.home() != null) {
      var home = kubernetes.home();
      return part(
          ClusterWriter.open(
              kubernetes.cluster(),
              new ClusterWriter.Home(home.namespace(), home.revision()),
              cluster,
              models,
              trust));
    }
    return null;
  }

  /** Who vouches for workloads besides join tokens. */
  private @Nullable Attestor platform(ControlSettings.Source source) throws IOException {
    return source instanceof ControlSettings.Source.Kubernetes kubernetes
        ? part(TokenReviewAttestor.open(kubernetes.cluster(), kubernetes.audience()))
        : null;
  }

  /** What replicas share; null: nothing. */
  private @Nullable SharedState shared(ControlSettings.Source source) throws IOException {
    if (source instanceof ControlSettings.Source.Kubernetes kubernetes
        && kubernetes.home() != null
        && kubernetes.home().caSecret() != null) {
      String namespace = kubernetes.home().namespace();
      String roots = kubernetes.home().caSecret();
      return new SharedState(
          follow(kubernetes.cluster(), SecretStore.Place.ofRoots(namespace, roots)),
          follow(kubernetes.cluster(), SecretStore.Place.ofTokens(namespace, roots)));
    }
    return null;
  }

  private SecretStore follow(Cluster cluster, SecretStore.Place place) throws IOException {
    return part(SecretStore.follow(cluster, place, CLUSTER_PATIENCE));
  }

  private @Nullable CertificateAuthority authority(ControlSettings settings) throws IOException {
    ControlSettings.Identity identity = settings.identity();
    return identity == null
        ? null
        : part(
            CertificateAuthority.open(
                settings.state(),
                new CertificateAuthority.Issuing(
                    identity.trustDomain(), identity.ca(), shared(settings.source())),
                new CertificateAuthority.Workloads(
                    identity.certificateLife(), platform(settings.source())),
                InstantSource.system()));
  }

  private @Nullable Server tls(ControlSettings settings, ServerServiceDefinition... services)
      throws IOException {
    ControlSettings.Identity identity = settings.identity();
    if (identity == null || authority == null) {
      return null;
    }
    List<ServerServiceDefinition> all = new ArrayList<>(List.of(services));
    all.add(authority.service().bindService());
    Server server =
        GrpcFront.start(identity.listen(), authority, all.toArray(new ServerServiceDefinition[0]));
    part(() -> stop(server));
    return server;
  }

  private static void await(IssuerKeys keys, MeshModel first) throws IOException {
    try {
      keys.updated(first);
      keys.awaitFirst(keys.patience());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while keys were fetched");
    }
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  private static boolean contains(MeshModel model, String instance) {
    return model.workloads().stream().map(Workload::id).anyMatch(id -> isOf(id, instance));
  }

  private static boolean isOf(String workload, String instance) {
    return workload.equals(instance) || workload.startsWith(instance + "@");
  }

  /** Where agents connect in plaintext. */
  public InetSocketAddress address() {
    return (InetSocketAddress) grpc.getListenSockets().get(0);
  }

  /** Where agents connect with TLS; null: nowhere. */
  public @Nullable InetSocketAddress tlsAddress() {
    return tls == null ? null : (InetSocketAddress) tls.getListenSockets().get(0);
  }

  /** Who signs certificates; null: nobody. */
  public @Nullable CertificateAuthority authority() {
    return authority;
  }

  /** Where {@code GET /status} and {@code GET /metrics} are served. */
  public InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** Where {@code GET /ready} and {@code GET /metrics} are served to anybody; null: nowhere. */
  public @Nullable InetSocketAddress monitoringAddress() {
    return monitoring == null ? null : monitoring.address();
  }

  /** What is in force, and what is to be said about it. */
  public ModelSource models() {
    return models;
  }

  private static void stop(Server server) {
    server.shutdownNow();
    try {
      server.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(parts);
  }

  /** The last first. One that fails to close must not keep the others open. */
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
