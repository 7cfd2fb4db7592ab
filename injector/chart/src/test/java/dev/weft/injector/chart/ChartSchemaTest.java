package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that are refused, with what is named of them; none may be passed over. */
class ChartSchemaTest {

  @TempDir static Path directory;

  private static Charts charts;

  @BeforeAll
  static void unpack() throws Exception {
    charts = Charts.in(directory);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bogus=1                                             | bogus
          control.bogus=1                                     | bogus
          injector.bogus=1                                    | bogus
          image.bogus=1                                       | bogus
          control.replicas=0                                  | /control/replicas
          control.replicas=two                                | /control/replicas
          injector.replicas=-1                                | /injector/replicas
          revision=Canary                                     | /revision
          revision=-canary                                    | /revision
          revision=a.b                                        | /revision
          revision=abcdefghijklmnopqrstuvwxyzabcdefg          | /revision
          image.pullPolicy=Sometimes                          | /image/pullPolicy
          image.hub=registry.example.com/                     | /image/hub
          image.tag=a:b                                       | /image/tag
          image.weft=weft@sha256:12                           | /image/weft
          image.pullSecrets={A_}                              | /image/pullSecrets/0
          mesh.trustDomain=Example.com                        | /mesh/trustDomain
          mesh.tokenAudience=                                 | /mesh/tokenAudience
          control.certificateLife=24                          | /control/certificateLife
          control.certificateLife=0h                          | /control/certificateLife
          control.jwks.privateHosts={a b}                     | /control/jwks/privateHosts/0
          control.ca.existingSecret=A_                        | /control/ca/existingSecret
          control.spread=everywhere                           | /control/spread
          control.resources.requests.cpu=fast                 | /control/resources/requests/cpu
          control.resources.requests.gpu=1                    | gpu
          control.podDisruptionBudget.minAvailable=101%       | /control/podDisruptionBudget/minAvailable
          control.podLabels.app\\.kubernetes\\.io/name=other  | app.kubernetes.io/name
          injector.failurePolicy=fail                         | /injector/failurePolicy
          injector.timeoutSeconds=31                          | /injector/timeoutSeconds
          injector.timeoutSeconds=0                           | /injector/timeoutSeconds
          injector.reinvocationPolicy=Always                  | /injector/reinvocationPolicy
          injector.excludedNamespaces={kube_system}           | /injector/excludedNamespaces/0
          injector.excludedNamespaces={a,a}                   | /injector/excludedNamespaces
          injector.delivery=sidecar                           | /injector/delivery
          injector.optionsVariable=JAVA_OPTS                  | /injector/optionsVariable
          injector.failMode=half                              | /injector/failMode
          injector.prometheus=1                               | /injector/prometheus
          injector.tokenExpirationSeconds=599                 | /injector/tokenExpirationSeconds
          injector.settings.JAVA_OPTS=1                       | JAVA_OPTS
          injector.settings.WEFT_TRACE_SAMPLING=10            | /injector/settings/WEFT_TRACE_SAMPLING
          injector.validating.failurePolicy=Warn              | /injector/validating/failurePolicy
          injector.validating.timeoutSeconds=31               | /injector/validating/timeoutSeconds
          injector.autoscaling.maxReplicas=0                  | /injector/autoscaling/maxReplicas
          networkPolicy.monitoringFrom[0].pods=x              | pods
          serviceMonitor.interval=often                       | /serviceMonitor/interval
          """)
  void wrongValuesAreRefusedByName(String value, String named) throws Exception {
    Helm.Result result = charts.template(List.of("--set", value));
    assertThat(result.exit()).as(result.out()).isNotZero();
    assertThat(result.err()).contains("values don't meet the specifications", named);
  }

  /** What no schema can say. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"control", "injector"})
  void anAutoscalersRangeIsOne(String component) throws Exception {
    Helm.Result result =
        charts.template(
            List.of(
                "--set",
                component + ".autoscaling.enabled=true",
                "--set",
                component + ".autoscaling.minReplicas=6"));
    assertThat(result.exit()).isNotZero();
    assertThat(result.err())
        .contains(component + ".autoscaling.minReplicas: 6 (expected: at most maxReplicas, 5)");
  }
}
