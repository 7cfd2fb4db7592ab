package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the product itself says it does not enforce yet: a difference is pending where a resource
 * with such a field has to do with the request's host, and a failure anywhere else. Once the field
 * is enforced, nobody reports it any more, and nothing is excused.
 */
final class Pending {

  private static final Pattern CLUSTER_HOST =
      Pattern.compile("outbound\\|[0-9]+\\|[^|]*\\|([^\"]+)");

  private final List<String> documents;
  private final List<JsonNode> findings;

  /**
   * @param yaml the configuration
   * @param findings of what is not enforced
   */
  Pending(String yaml, List<JsonNode> findings) {
    this.documents = List.of(yaml.split("(?m)^---$"));
    this.findings = findings;
  }

  /** The fields that are reported, each once. */
  Set<String> fields() {
    Set<String> fields = new TreeSet<>();
    for (JsonNode finding : findings) {
      String kind = finding.path("resource").asText().replaceFirst(" .*", "");
      fields.add(kind + " " + finding.path("field").asText().replaceAll("\\[[0-9]+]", "[]"));
    }
    return fields;
  }

  /** Whether a reported field may be why a request to one of these hosts comes out otherwise. */
  boolean excuses(Set<String> hosts) {
    for (JsonNode finding : findings) {
      String[] resource = finding.path("resource").asText().split("[ /]");
      if (resource.length < 3 || resource[0].equals("Sidecar")) {
        return true;
      }
      for (String document : documents) {
        if (is(document, resource) && mentions(document, hosts)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean is(String document, String[] resource) {
    return document.contains("kind: " + resource[0] + "\n")
        && Pattern.compile("name: " + Pattern.quote(resource[2]) + "\\b").matcher(document).find();
  }

  private static boolean mentions(String document, Set<String> hosts) {
    return hosts.stream()
        .map(host -> host.replaceFirst("\\..*", ""))
        .anyMatch(
            name -> Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(document).find());
  }

  /** The hosts that a request to this authority has to do with, by Envoy's routes. */
  static Set<String> hosts(List<JsonNode> tables, String authority) {
    String name = authority.replaceFirst(":[0-9]+$", "").toLowerCase(java.util.Locale.ROOT);
    Set<String> hosts = new LinkedHashSet<>(Set.of(name));
    for (JsonNode table : tables) {
      for (JsonNode host : table.path("virtualHosts")) {
        List<String> domains = new ArrayList<>();
        host.path("domains").forEach(domain -> domains.add(domain.asText()));
        if (domains.stream().anyMatch(domain -> covers(domain, name))) {
          Matcher cluster = CLUSTER_HOST.matcher(host.toString());
          while (cluster.find()) {
            hosts.add(cluster.group(1));
          }
        }
      }
    }
    return hosts;
  }

  private static boolean covers(String domain, String name) {
    return domain.equals(name) || (domain.startsWith("*.") && name.endsWith(domain.substring(1)));
  }
}
