package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which revision gets which pod: by labels alone, and never two of them the same one. */
class SelectorsTest {

  private static final String INJECT = "weft.dev/inject";
  private static final String REVISION = "weft.dev/rev";

  @TempDir static Path directory;

  /** Of three releases, by their revision. */
  private static final Map<String, List<MutatingWebhook>> RELEASES = new TreeMap<>();

  @BeforeAll
  static void render() throws Exception {
    Charts charts = Charts.in(directory);
    for (String revision : List.of("", "canary", "stable")) {
      MutatingWebhookConfiguration rendered =
          charts
              .objects(MutatingWebhookConfiguration.class, List.of("--set", "revision=" + revision))
              .get(0);
      RELEASES.put(revision.isEmpty() ? "default" : revision, rendered.getWebhooks());
    }
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    assertThat(selector.getMatchLabels()).isNullOrEmpty();
    return selector.getMatchExpressions().stream().allMatch(it -> matches(it, labels));
  }

  private static boolean matches(LabelSelectorRequirement one, Map<String, String> labels) {
    String value = labels.get(one.getKey());
    return switch (one.getOperator()) {
      case "In" -> value != null && one.getValues().contains(value);
      case "NotIn" -> value == null || !one.getValues().contains(value);
      case "DoesNotExist" -> value == null;
      default -> throw new IllegalArgumentException(one.getOperator());
    };
  }

  private static List<String> chosen(Map<String, String> namespace, Map<String, String> pod) {
    List<String> chosen = new ArrayList<>();
    RELEASES.forEach(
        (revision, webhooks) ->
            webhooks.stream()
                .filter(
                    it ->
                        matches(it.getNamespaceSelector(), namespace)
                            && matches(it.getObjectSelector(), pod))
                .forEach(it -> chosen.add(revision)));
    return chosen;
  }

  private static Map<String, String> labels(String inject, String revision) {
    Map<String, String> labels = new HashMap<>();
    if (!inject.equals("-")) {
      labels.put(INJECT, inject);
    }
    if (!revision.equals("-")) {
      labels.put(REVISION, revision);
    }
    return labels;
  }

  private static Map<String, String> namespace(String name, String inject, String revision) {
    Map<String, String> labels = labels(inject, revision);
    labels.put("kubernetes.io/metadata.name", name);
    return labels;
  }

  @ParameterizedTest(name = "namespace {0} {1}, pod {2} {3}: {4}")
  @CsvSource({
    "-, -, -, -, none",
    "enabled, -, -, -, default",
    "disabled, -, -, -, none",
    "-, canary, -, -, canary",
    "enabled, canary, -, -, canary",
    "disabled, canary, -, -, none",
    "-, unknown, -, -, none",
    // The pod's own word goes over its namespace's.
    "enabled, -, disabled, -, none",
    "-, canary, disabled, -, none",
    "-, -, enabled, -, default",
    "disabled, -, enabled, -, default",
    "enabled, -, enabled, -, default",
    "-, canary, enabled, -, canary",
    "enabled, -, -, canary, canary",
    "-, canary, -, stable, stable",
    "-, -, -, canary, canary",
    "disabled, -, -, canary, canary",
    "-, canary, disabled, stable, none",
    "enabled, -, -, unknown, none",
  })
  void aPodGoesWhereItsLabelsSay(
      String namespaceInject,
      String namespaceRevision,
      String inject,
      String revision,
      String who) {
    assertThat(
            chosen(namespace("shop", namespaceInject, namespaceRevision), labels(inject, revision)))
        .isEqualTo(who.equals("none") ? List.of() : List.of(who));
  }

  @Test
  void nobodyIsChosenTwice() {
    List<String> injects = List.of("-", "enabled", "disabled", "other");
    List<String> revisions = List.of("-", "canary", "stable", "other");
    for (String namespaceInject : injects) {
      for (String namespaceRevision : revisions) {
        for (String inject : injects) {
          for (String revision : revisions) {
            assertThat(
                    chosen(
                        namespace("shop", namespaceInject, namespaceRevision),
                        labels(inject, revision)))
                .as("%s %s %s %s", namespaceInject, namespaceRevision, inject, revision)
                .hasSizeLessThan(2);
          }
        }
      }
    }
  }

  @Test
  void excludedNamespacesStayOut() {
    for (String name :
        List.of("kube-system", "kube-public", "kube-node-lease", "cert-manager", "weft-system")) {
      for (String revision : List.of("-", "canary")) {
        assertThat(chosen(namespace(name, "enabled", revision), labels("enabled", revision)))
            .as(name)
            .isEmpty();
      }
    }
  }
}
