package dev.weft.control.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a workload runs; parts that are not known are empty. Written {@code region/zone/subzone},
 * as in Istio.
 */
public record Locality(String region, String zone, String subzone) {

  public static final Locality UNKNOWN = new Locality("", "", "");

  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String SUBZONE = "topology.istio.io/subzone";

  public static Locality parse(String text) {
    String[] parts = text.split("/", 3);
    return new Locality(
        parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
  }

  /**
   * Where labels say that a workload runs: {@code istio-locality}, else those that Kubernetes gives
   * to nodes.
   */
  public static Locality of(Map<String, String> labels) {
    String own = labels.getOrDefault("istio-locality", "");
    if (!own.isEmpty()) {
      return parse(own.contains("/") ? own : own.replace('.', '/'));
    }
    return new Locality(
        labels.getOrDefault(REGION, ""),
        labels.getOrDefault(ZONE, ""),
        labels.getOrDefault(SUBZONE, ""));
  }

  /** The labels, and those that say where this is. */
  Map<String, String> augment(Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    put(all, REGION, region);
    put(all, ZONE, zone);
    put(all, SUBZONE, subzone);
    return all;
  }

  private static void put(Map<String, String> labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }

  /** Whether it is one of those that a rule names: {@code eu/a/*}; a part left out matches all. */
  boolean matches(String rule) {
    Locality wanted = parse(rule);
    return (wanted.region.equals("*") || wanted.region.equals(region))
        && isIn(wanted.zone, zone)
        && isIn(wanted.subzone, subzone);
  }

  private static boolean isIn(String wanted, String part) {
    return wanted.isEmpty() || wanted.equals("*") || wanted.equals(part);
  }

  @Override
  public String toString() {
    return zone.isEmpty() ? region : region + "/" + zone + (subzone.isEmpty() ? "" : "/" + subzone);
  }
}
