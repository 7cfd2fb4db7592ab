package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.LocalityBalancing;
import dev.weft.control.model.LocalityBalancing.Distribute;
import dev.weft.control.model.LocalityBalancing.Failover;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code localityLbSetting}, which is valid where istiod's ValidateLocalityLbSetting says so.
 */
final class LocalityReader {

  private static final int ALL = 100;
  private static final Set<String> TOPOLOGY =
      Set.of(
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone",
          "topology.istio.io/subzone");

  private LocalityReader() {}

  static LocalityBalancing read(ObjectReader balancer) {
    if (!balancer.has("localityLbSetting")) {
      return LocalityBalancing.DEFAULT;
    }
    ObjectReader setting = balancer.object("localityLbSetting");
    List<String> priority = setting.texts("failoverPriority");
    if (!setting.objects("failover").isEmpty()) {
      checkAlone(setting, priority);
    }
    return new LocalityBalancing(
        !setting.text("enabled").equals("false"), distribute(setting), failover(setting), priority);
  }

  private static void checkAlone(ObjectReader setting, List<String> priority) {
    if (!setting.objects("distribute").isEmpty()) {
      setting.report(
          FindingCode.CONFLICTING_FIELDS,
          "failover",
          "set together with distribute (expected: at most one of them)");
    }
    priority.stream()
        .filter(TOPOLOGY::contains)
        .forEach(
            label ->
                setting.report(
                    FindingCode.CONFLICTING_FIELDS,
                    "failoverPriority",
                    label + " set together with failover (expected: at most one of them)"));
  }

  private static List<Distribute> distribute(ObjectReader setting) {
    List<Distribute> rules = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (ObjectReader rule : setting.objects("distribute")) {
      checkPlace(rule, "from", rule.text("from"), sources);
      sources.add(rule.text("from"));
      Map<String, Integer> to = rule.numbersByKey("to");
      checkShares(rule, to);
      rules.add(new Distribute(rule.text("from"), to));
    }
    return rules;
  }

  private static void checkShares(ObjectReader rule, Map<String, Integer> to) {
    List<String> places = new ArrayList<>();
    int sum = 0;
    for (Map.Entry<String, Integer> share : to.entrySet()) {
      checkPlace(rule, "to", share.getKey(), places);
      places.add(share.getKey());
      if (share.getValue() < 1 || share.getValue() > ALL) {
        rule.report(
            FindingCode.INVALID,
            "to",
            share.getKey() + ": " + share.getValue() + " (expected: 1 to 100)");
        return;
      }
      sum += share.getValue();
    }
    if (sum != ALL) {
      rule.report(FindingCode.INVALID, "to", "shares of " + sum + " % (expected: 100 %)");
    }
  }

  private static void checkPlace(
      ObjectReader rule, String field, String place, List<String> before) {
    int star = place.indexOf('*');
    boolean whole = star < 0 || (star == place.length() - 1 && (star == 0 || atPart(place, star)));
    if (place.isEmpty() || place.startsWith("/") || place.contains("//") || !whole) {
      rule.report(
          FindingCode.INVALID,
          field,
          "\"" + place + "\" (expected: region/zone/subzone, of which the last may be *)");
    }
    for (String other : before) {
      if (covers(other, place) || covers(place, other)) {
        rule.report(FindingCode.INVALID, field, other + " and " + place + " overlap");
        return;
      }
    }
  }

  private static boolean atPart(String place, int star) {
    return place.charAt(star - 1) == '/';
  }

  private static boolean covers(String wide, String narrow) {
    String prefix = wide.endsWith("*") ? wide.substring(0, wide.length() - 1) : wide + "/";
    return wide.equals(narrow) || (narrow + "/").startsWith(prefix);
  }

  private static List<Failover> failover(ObjectReader setting) {
    List<Failover> rules = new ArrayList<>();
    for (ObjectReader rule : setting.objects("failover")) {
      String from = rule.text("from");
      String to = rule.text("to");
      if (from.equals(to)) {
        rule.report(FindingCode.INVALID, "to", to + " (expected: another region than from)");
      }
      checkRegion(rule, "from", from);
      checkRegion(rule, "to", to);
      rules.add(new Failover(from, to));
    }
    return rules;
  }

  private static void checkRegion(ObjectReader rule, String field, String region) {
    if (region.contains("/") || region.contains("*")) {
      rule.report(FindingCode.INVALID, field, region + " (expected: a region)");
    }
  }
}
