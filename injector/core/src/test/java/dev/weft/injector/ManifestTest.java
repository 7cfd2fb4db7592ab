package dev.weft.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

  private static final Injector INJECTOR = new Injector(InjectionRules.DEFAULT);

  @ParameterizedTest
  @CsvSource({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"})
  void templatesAreInjected(String kind) throws PodException {
    String yaml =
        """
        kind: %s
        metadata: {name: orders}
        spec:
          template:
            spec: {containers: [{name: app, image: a}]}
        """
            .formatted(kind);
    Manifest.Injected injected = Manifest.inject(yaml, INJECTOR, "shop");
    assertThat(injected.results())
        .extracting(Manifest.Result::resource)
        .containsExactly(kind + "/shop/orders");
    assertThat(injected.yaml())
        .contains("value: -javaagent:/weft/agent/weft-agent.jar")
        .contains("value: orders\n");
    assertThat(Manifest.inject(injected.yaml(), INJECTOR, "shop").yaml())
        .isEqualTo(injected.yaml());
  }

  @Test
  void soAreCronJobsListsAndPods() throws PodException {
    String yaml =
        """
        kind: List
        items:
        - kind: CronJob
          metadata: {name: report, namespace: other}
          spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: app}]}}}}}
        ---
        kind: Pod
        metadata: {name: one}
        spec: {containers: [{name: app}]}
        ---
        kind: ConfigMap
        metadata: {name: settings}
        data: {a: "yes", b: "0o7", c: "1.5", d: plain, e: "~"}
        """;
    Manifest.Injected injected = Manifest.inject(yaml, INJECTOR, "shop");
    assertThat(injected.results())
        .extracting(Manifest.Result::resource)
        .containsExactly("CronJob/other/report", "Pod/shop/one");
    assertThat(injected.results())
        .allSatisfy(
            result -> assertThat(result.injection().containers()).isEqualTo(List.of("app")));
    assertThat(injected.yaml())
        .contains("a: \"yes\"", "b: \"0o7\"", "c: \"1.5\"", "d: plain", "e: \"~\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: 1                              | a document without kind (expected: a Kubernetes resource)
          - 1                               | a document without kind (expected: a Kubernetes resource)
          a: [                              | no YAML:
          kind: Deployment                  | Deployment: no spec.template (expected: a pod's)
          {kind: Pod, spec: text}           | spec: string (expected: an object)
          {kind: Pod}                       | spec: nothing (expected: an object)
          {kind: Pod, spec: {containers: x}} | containers: string (expected: a list)
          {kind: Pod, spec: {containers: [7]}} | containers: number (expected: objects alone)
          {kind: Pod, spec: {containers: [{env: 7}]}} | env: number (expected: a list)
          {kind: Pod, metadata: 7, spec: {}} | metadata: number (expected: an object)
          """)
  void saysWhatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> Manifest.inject(yaml, INJECTOR, "shop"))
        .isInstanceOf(PodException.class)
        .hasMessageStartingWith(message);
  }
}
