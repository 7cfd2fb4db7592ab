package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The roots that pods get to believe: in each namespace the same ones, which go on to hold. */
final class RootChecks {

  private static final String NAME = "weft-root";
  private static final String KEY = "root-cert.pem";
  private static final Duration SOON = Duration.ofDays(60);

  private RootChecks() {}

  static List<Check> look(KubernetesClient client, InstantSource clock) {
    Map<String, Set<String>> namespaces = new TreeMap<>();
    for (ConfigMap map :
        client.configMaps().inAnyNamespace().withField("metadata.name", NAME).list().getItems()) {
      String pem = map.getData() == null ? "" : map.getData().getOrDefault(KEY, "");
      namespaces.computeIfAbsent(pem, any -> new TreeSet<>()).add(map.getMetadata().getNamespace());
    }
    List<Check> checks = new ArrayList<>();
    if (namespaces.isEmpty()) {
      checks.add(
          Check.failure(
              "roots",
              "there is no ConfigMap " + NAME + " in any namespace",
              "injected pods wait for it: the leader writes it, see the check 'leader'"));
      return checks;
    }
    if (namespaces.size() > 1) {
      checks.add(
          Check.warning(
              "roots",
              NAME + " is not the same in all namespaces: " + namespaces.values(),
              "for seconds that is normal, after a change of roots; later see the check 'leader'"));
    }
    namespaces.forEach((pem, where) -> checks.add(expiry(pem, where, clock.instant())));
    checks.addAll(missing(client, namespaces));
    return checks;
  }

  private static Check expiry(String pem, Set<String> where, Instant now) {
    String some = NAME + " of " + where.size() + " namespaces";
    try {
      List<X509Certificate> roots = Certificates.parse(pem);
      if (roots.isEmpty()) {
        return Check.failure(
            "roots", some + " has no certificate in " + KEY, "see the check 'leader'");
      }
      // The last of them: an older one may end before while roots are replaced.
      Instant end =
          roots.stream().map(it -> it.getNotAfter().toInstant()).max(Instant::compareTo).get();
      return new Check(
          "roots",
          Certificates.status(end, now, SOON),
          some + ": " + roots.size() + " roots, the last one " + Certificates.expiry(end, now),
          end.isBefore(now.plus(SOON))
              ? "replace it: weftctl root rotate --ca-secret weft-ca"
              : "");
    } catch (CertificateException e) {
      return Check.failure(
          "roots", some + " cannot be read: " + e.getMessage(), "see the check 'leader'");
    }
  }

  /** Pods of labelled namespaces cannot start without. */
  private static List<Check> missing(KubernetesClient client, Map<String, Set<String>> namespaces) {
    Set<String> there = new TreeSet<>();
    namespaces.values().forEach(there::addAll);
    List<String> without = new ArrayList<>();
    for (Namespace each : client.namespaces().list().getItems()) {
      if (Labels.chooses(each.getMetadata().getLabels())
          && !there.contains(each.getMetadata().getName())) {
        without.add(each.getMetadata().getName());
      }
    }
    return without.isEmpty()
        ? List.of()
        : List.of(
            Check.failure(
                "roots",
                "labelled namespaces have no " + NAME + ": " + String.join(", ", without),
                "injected pods wait for it: the leader writes it, see the check 'leader'"));
  }
}
