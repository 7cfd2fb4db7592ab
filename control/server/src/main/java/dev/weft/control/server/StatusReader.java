package dev.weft.control.server;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.Issued;
import dev.weft.control.ca.Refusals;
import dev.weft.control.kubernetes.ClusterWriter;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.server.status.Status;
import dev.weft.control.server.status.Status.AgentState;
import dev.weft.control.server.status.Status.FindingState;
import dev.weft.control.server.status.Status.WorkloadState;
import dev.weft.control.source.registry.Registration;
import dev.weft.control.source.registry.WorkloadRegistry;
import dev.weft.control.source.registry.WorkloadStatus;
import dev.weft.control.xds.AdsServer;
import dev.weft.control.xds.ClientStatus;
import dev.weft.control.xds.resource.ResourceType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Gathers the state from the parts. */
final class StatusReader implements AutoCloseable {

  private final ControlSettings settings;
  private final ModelSource models;
  private final WorkloadRegistry registry;
  private final AdsServer ads;
  private final @Nullable ClusterWriter writer;
  private final Instant started = Instant.now();
  private final ModelSource.Subscription subscription;
  private volatile Instant changed = started;

  private final Identities identities;
  private final AddressBook addresses = new AddressBook(InstantSource.system());
  private final ModelSource.Subscription addressing;

  /** What is known of identities; without an authority, nothing but who was refused. */
  record Identities(
      @Nullable CertificateAuthority authority,
      @Nullable InetSocketAddress tls,
      Refusals refusals) {

    Status.@Nullable Trust trust(List<ClientStatus> clients) {
      return authority == null || tls == null
          ? null
          : new Status.Trust(
              authority.trustDomain(),
              HostAndPort.of(tls),
              authority.rootDigest(),
              authority.root().getNotAfter().toInstant().toString(),
              authority.chain().stream()
                  .map(
                      it ->
                          new Status.CertificateState(
                              it.getSubjectX500Principal().getName(),
                              it.getSerialNumber().toString(16),
                              it.getNotAfter().toInstant().toString(),
                              CertificateAuthority.digest(it)))
                  .toList(),
              authority.trust().trust().roots().stream()
                  .map(
                      root ->
                          new Status.RootState(
                              CertificateAuthority.digest(root),
                              root.getNotAfter().toInstant().toString()))
                  .toList(),
              rotation(authority.rotation(), clients),
              authority.problem());
    }

    private static @Nullable String rotation(
        @Nullable String rotation, List<ClientStatus> clients) {
      if (rotation == null) {
        return null;
      }
      List<ClientStatus.OfType> told =
          clients.stream()
              .flatMap(client -> client.types().stream())
              .filter(it -> it.type() == ResourceType.TRUST)
              .toList();
      long synced = told.stream().filter(it -> it.sync() == ClientStatus.Sync.SYNCED).count();
      return rotation + "; " + synced + " of " + told.size() + " connected agents know these roots";
    }

    @Nullable Issued issued(@Nullable SpiffeId id) {
      return authority == null || id == null ? null : authority.issued(id).orElse(null);
    }
  }

  StatusReader(
      ControlSettings settings,
      ModelSource models,
      WorkloadRegistry registry,
      AdsServer ads,
      Identities identities,
      @Nullable ClusterWriter writer) {
    this.writer = writer;
    this.identities = identities;
    this.settings = settings;
    this.models = models;
    this.registry = registry;
    this.ads = ads;
    this.subscription = models.subscribe(model -> changed = Instant.now());
    this.addressing = models.subscribe(addresses);
  }

  Status read() {
    MeshModel model = models.current();
    List<ClientStatus> clients = ads.clients();
    List<WorkloadStatus> workloads = registry.status();
    PlaintextStates plaintext = new PlaintextStates(addresses, Instant.now());
    return new Status(
        Version.current(),
        started.toString(),
        configuration(model),
        identities.trust(clients),
        workloads.stream().map(it -> workload(it, clients, model, plaintext)).toList(),
        clients.stream().map(StatusReader::agent).toList(),
        identities.refusals.latest().stream()
            .map(it -> new Status.Refusal(it.at().toString(), it.who(), it.reason(), it.count()))
            .toList(),
        plaintext.unknown(workloads, model));
  }

  String metrics() {
    return ControlMetrics.write(
        ads, registry.status(), models.current(), changed, identities, writer);
  }

  private Status.Configuration configuration(MeshModel model) {
    return new Status.Configuration(
        settings.source() instanceof ControlSettings.Source.Directory it ? it.toString() : null,
        settings.source() instanceof ControlSettings.Source.Kubernetes it ? it.toString() : null,
        Duration.between(changed, Instant.now()).toMillis() / 1000.0,
        new Status.Counts(
            model.services().size(),
            model.rules().size(),
            model.policies().size() + model.peerPolicies().size(),
            model.workloads().size()),
        model.findings().stream().map(StatusReader::finding).toList());
  }

  static FindingState finding(Finding finding) {
    var location = finding.location();
    return new FindingState(
        finding.code().id(),
        finding.severity().name().toLowerCase(Locale.ROOT),
        location == null ? null : location.file(),
        location == null || location.line() == 0 ? null : location.line(),
        finding.resource() == null ? null : finding.resource().toString(),
        finding.field().isEmpty() ? null : finding.field(),
        finding.message());
  }

  private WorkloadState workload(
      WorkloadStatus status,
      List<ClientStatus> clients,
      MeshModel model,
      PlaintextStates plaintext) {
    Registration it = status.registration();
    var jvm = it.jvm();
    SpiffeId identity = it.principal() == null ? null : it.principal().id();
    Issued issued = identities.issued(identity);
    boolean off = model.isOff(it.service().namespace(), it.address(), identity);
    return new WorkloadState(
        it.service().name(),
        it.service().namespace().value(),
        it.instance(),
        it.labels(),
        it.address(),
        status.connected(),
        status.since().toString(),
        sync(it, clients),
        off ? true : null,
        identity == null ? null : identity.toString(),
        issued == null ? null : issued.serial(),
        issued == null ? null : issued.expires().toString(),
        identity == null || off ? null : mtls(it, model),
        it.ports().isEmpty() ? null : status.barred().orElse(null),
        new Status.Jvm(jvm.agentVersion(), jvm.javaVersion(), jvm.pid(), jvm.metrics()),
        status.ports().stream().map(StatusReader::port).toList(),
        it.libraries().stream()
            .map(one -> new Status.LibraryState(one.name(), one.version(), one.problem()))
            .toList(),
        it.unmeshed().sockets().stream().map(StatusReader::socket).toList(),
        it.unmeshed().leftOff(),
        plaintext.of(status));
  }

  private static Status.UnmeshedState socket(Registration.UnmeshedSocket socket) {
    return new Status.UnmeshedState(
        socket.listens() ? "listener" : "connection",
        socket.addresses(),
        socket.library(),
        socket.reason(),
        socket.count(),
        socket.frames());
  }

  private static String mtls(Registration it, MeshModel model) {
    return model
        .inbound(it.service().namespace(), Workload.conventional(it.service().name(), it.labels()))
        .toString();
  }

  /** A node's id carries its instance: {@code weft~<ip>~<instance>.<ns>~<ns>.svc.<domain>}. */
  private static @Nullable String sync(Registration it, List<ClientStatus> clients) {
    String part = "~" + it.instance() + "." + it.service().namespace() + "~";
    return clients.stream()
        .filter(client -> client.node().contains(part))
        .map(client -> client.sync().name())
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private static Status.PortState port(WorkloadStatus.PortStatus status) {
    var port = status.port();
    String problem =
        port.address() == null
            ? "bound to " + port.bound() + ", where others cannot reach it"
            : status.rival().map(rival -> "served by " + rival + " already").orElse(null);
    return new Status.PortState(
        port.port(),
        port.protocol().name().toLowerCase(Locale.ROOT),
        port.library(),
        port.address(),
        problem);
  }

  private static AgentState agent(ClientStatus client) {
    return new AgentState(
        client.node(),
        client.profile().name().toLowerCase(Locale.ROOT),
        client.namespace(),
        client.version(),
        client.connection().address(),
        client.connection().identity() == null ? null : client.connection().identity().toString(),
        client.connection().since().toString(),
        client.sync().name(),
        client.types().stream().map(StatusReader::type).toList());
  }

  private static Status.TypeState type(ClientStatus.OfType it) {
    var rejection = it.rejection();
    var at = it.acknowledgedAt();
    return new Status.TypeState(
        it.type().shortName(),
        it.subscribed(),
        it.pending(),
        it.sync().name(),
        it.acknowledged(),
        at == null ? null : at.toString(),
        rejection == null
            ? null
            : new Status.Nack(
                rejection.reason(), rejection.resources(), rejection.at().toString()));
  }

  @Override
  public void close() {
    subscription.close();
    addressing.close();
  }
}
