package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Whether what runs is ready, and somebody leads. */
final class DeploymentChecks {

  /** What clocks may differ by, and a renewal be late. */
  private static final Duration LENIENCE = Duration.ofSeconds(30);

  private DeploymentChecks() {}

  static Check control(KubernetesClient client, Installation what) {
    return ready(client, what, "control", what.control());
  }

  static Check injector(KubernetesClient client, Installation what) {
    return ready(client, what, "injector", what.injector());
  }

  private static Check ready(
      KubernetesClient client, Installation what, String name, String deployment) {
    String where = what.namespace() + "/" + deployment;
    Deployment found =
        client.apps().deployments().inNamespace(what.namespace()).withName(deployment).get();
    if (found == null) {
      return Check.failure(
          name, "there is no Deployment " + where, "install it: " + what.command());
    }
    int wanted = orNone(found.getSpec().getReplicas());
    DeploymentStatus status = found.getStatus();
    int ready = status == null ? 0 : orNone(status.getReadyReplicas());
    String count = ready + " of " + wanted + " pods of " + where + " are ready";
    String hint =
        "kubectl describe pods --namespace "
            + what.namespace()
            + " --selector app.kubernetes.io/name=weft-"
            + name;
    if (ready == 0) {
      return Check.failure(name, count, hint);
    }
    return ready < wanted ? Check.warning(name, count, hint) : Check.ok(name, count);
  }

  private static int orNone(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  static Check leader(KubernetesClient client, Installation what, InstantSource clock) {
    String name = "leader";
    String where = what.namespace() + "/" + what.control();
    String hint =
        "nobody writes roots into namespaces and findings to resources: see the logs of "
            + what.control();
    Lease lease = client.leases().inNamespace(what.namespace()).withName(what.control()).get();
    if (lease == null || lease.getSpec() == null) {
      return Check.failure(name, "there is no Lease " + where, hint);
    }
    ZonedDateTime renewed = lease.getSpec().getRenewTime();
    Integer seconds = lease.getSpec().getLeaseDurationSeconds();
    String holder = lease.getSpec().getHolderIdentity();
    if (renewed == null || holder == null || holder.isEmpty()) {
      return Check.failure(name, "nobody holds the Lease " + where, hint);
    }
    Duration age = Duration.between(renewed.toInstant(), clock.instant());
    Duration life = Duration.ofSeconds(seconds == null ? 0 : seconds);
    String held = holder + " holds " + where + ", renewed " + age.toSeconds() + " s ago";
    return age.compareTo(life.plus(LENIENCE)) > 0
        ? Check.failure(name, held + " (expected: within " + life.toSeconds() + " s)", hint)
        : Check.ok(name, held);
  }
}
