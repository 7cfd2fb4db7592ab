package dev.weft.control.server;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.kubernetes.ClusterWriter;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Severity;
import dev.weft.control.source.registry.WorkloadStatus;
import dev.weft.control.xds.AdsServer;
import dev.weft.control.xds.ClientStatus;
import dev.weft.control.xds.resource.Profile;
import dev.weft.control.xds.resource.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The service's own metrics in Prometheus' text format. */
final class ControlMetrics {

  private final StringBuilder text = new StringBuilder();

  private ControlMetrics() {}

  static String write(
      AdsServer ads,
      List<WorkloadStatus> workloads,
      MeshModel model,
      Instant changed,
      StatusReader.Identities identities,
      @Nullable ClusterWriter writer) {
    ControlMetrics metrics = new ControlMetrics();
    metrics.pushes(ads);
    metrics.streams(ads.clients());
    metrics.workloads(workloads);
    metrics.configuration(model, changed);
    metrics.identities(workloads, identities);
    if (writer != null) {
      metrics.cluster(writer);
    }
    return metrics.text.toString();
  }

  private void pushes(AdsServer ads) {
    var counters = ads.counters();
    family("weft_control_pushes_total", "counter", "Responses sent, by type of resource.");
    for (ResourceType type : ResourceType.values()) {
      sample("weft_control_pushes_total", "type", type.shortName(), counters.responses(type));
    }
    family("weft_control_nacks_total", "counter", "Responses that a client refused.");
    for (ResourceType type : ResourceType.values()) {
      sample("weft_control_nacks_total", "type", type.shortName(), counters.rejections(type));
    }
    single("weft_control_push_bytes_total", "Bytes of all responses.", counters.bytes());
    single(
        "weft_control_coalesced_changes_total",
        "Changes merged into a push that was due already.",
        counters.coalescedChanges());
    single("weft_control_models_total", "Models put in force.", counters.models());
    single(
        "weft_control_unknown_types_total",
        "Requests for types that are not served.",
        counters.unknownTypes());
  }

  private void streams(List<ClientStatus> clients) {
    family("weft_control_streams", "gauge", "Open ADS streams, by kind of client.");
    for (Profile profile : Profile.values()) {
      long count = clients.stream().filter(client -> client.profile() == profile).count();
      sample("weft_control_streams", "profile", profile.name().toLowerCase(Locale.ROOT), count);
    }
    family("weft_control_clients", "gauge", "Clients by how far they are.");
    for (ClientStatus.Sync sync : ClientStatus.Sync.values()) {
      long count = clients.stream().filter(client -> client.sync() == sync).count();
      sample("weft_control_clients", "sync", sync.name(), count);
    }
  }

  private void cluster(ClusterWriter writer) {
    family("weft_control_leader", "gauge", "Whether this replica writes into the cluster.");
    text.append("weft_control_leader ").append(writer.leads() ? 1 : 0).append('\n');
    single(
        "weft_control_cluster_writes_total",
        "Statuses and ConfigMaps that this replica has written.",
        writer.writes());
  }

  private void workloads(List<WorkloadStatus> workloads) {
    long connected = workloads.stream().filter(WorkloadStatus::connected).count();
    family("weft_control_workloads", "gauge", "Registered workloads.");
    sample("weft_control_workloads", "connected", "true", connected);
    sample("weft_control_workloads", "connected", "false", workloads.size() - connected);
  }

  private void configuration(MeshModel model, Instant changed) {
    family("weft_control_findings", "gauge", "What is to be said about the configuration.");
    for (Severity severity : Severity.values()) {
      long count =
          model.findings().stream().filter(finding -> finding.severity() == severity).count();
      sample("weft_control_findings", "severity", severity.name().toLowerCase(Locale.ROOT), count);
    }
    family(
        "weft_control_configuration_age_seconds",
        "gauge",
        "Seconds since the last change took effect.");
    text.append("weft_control_configuration_age_seconds ")
        .append(Duration.between(changed, Instant.now()).toMillis() / 1000.0)
        .append('\n');
  }

  private void identities(List<WorkloadStatus> workloads, StatusReader.Identities identities) {
    long proven = workloads.stream().filter(it -> it.registration().principal() != null).count();
    family("weft_control_identities", "gauge", "Registered workloads by whether they are proven.");
    sample("weft_control_identities", "proven", "true", proven);
    sample("weft_control_identities", "proven", "false", workloads.size() - proven);
    single(
        "weft_control_refusals_total",
        "Calls, signing requests and registrations that were refused.",
        identities.refusals().count());
    CertificateAuthority authority = identities.authority();
    if (authority != null) {
      single("weft_control_certificates_total", "Certificates issued.", authority.certificates());
      family("weft_control_root_seconds_left", "gauge", "Until the mesh's root expires.");
      text.append("weft_control_root_seconds_left ")
          .append(
              Duration.between(Instant.now(), authority.root().getNotAfter().toInstant())
                  .toSeconds())
          .append('\n');
    }
  }

  private void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void single(String name, String help, long value) {
    family(name, "counter", help);
    text.append(name).append(' ').append(value).append('\n');
  }

  private void sample(String name, String label, String value, long count) {
    text.append(name)
        .append('{')
        .append(label)
        .append("=\"")
        .append(value)
        .append("\"} ")
        .append(count)
        .append('\n');
  }
}
