package dev.weft.telemetry.spans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.engine.telemetry.Sampler;
import dev.weft.engine.telemetry.SpanContext;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtlpSettingsTest {

  private static @Nullable OtlpSettings read(Map<String, String> environment) {
    return OtlpSettings.read(environment::get, "shop");
  }

  @Test
  void isOffWithoutAnEndpointAndWhenSwitchedOff() {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThat(read(Map.of())).isNull();
    assertThat(read(Map.of(endpoint, ""))).isNull();
    assertThat(read(Map.of(endpoint, "http://c:4318", "OTEL_TRACES_EXPORTER", "none"))).isNull();
    assertThat(read(Map.of(endpoint, "http://c:4318", "OTEL_SDK_DISABLED", "true"))).isNull();
  }

  @Test
  void readsOpenTelemetrysVariables() {
    OtlpSettings settings =
        read(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/",
                "OTEL_EXPORTER_OTLP_HEADERS", "a=1, b = two%20words+,wrong",
                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500",
                "OTEL_EXPORTER_OTLP_TIMEOUT", "900",
                "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                "OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.version=v1"));
    assertThat(settings)
        .isEqualTo(
            new OtlpSettings(
                URI.create("http://collector:4318/v1/traces"),
                Map.of("a", "1", "b", "two words+"),
                Duration.ofMillis(500),
                true,
                Map.of("service.name", "shop", "service.version", "v1")));
  }

  @Test
  void takesTheEndpointForTracesAsItIs() {
    OtlpSettings settings =
        read(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://b/spans"));
    assertThat(settings).isNotNull();
    assertThat(settings.endpoint()).isEqualTo(URI.create("https://b/spans"));
  }

  @Test
  void saysWhatIsWrong() {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThatThrownBy(() -> read(Map.of(endpoint, "collector:4318")))
        .hasMessageContaining("collector:4318")
        .hasMessageContaining("expected: a URL like");
    assertThatThrownBy(
            () -> read(Map.of(endpoint, "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
        .hasMessage("OTEL_EXPORTER_OTLP_PROTOCOL: grpc (expected: http/protobuf)");
    assertThatThrownBy(
            () -> read(Map.of(endpoint, "http://c", "OTEL_EXPORTER_OTLP_TIMEOUT", "soon")))
        .hasMessage("OTEL_EXPORTER_OTLP_TIMEOUT: soon (expected: milliseconds above 0)");
  }

  @Test
  void samplesAsTheEnvironmentSays() {
    SpanContext yes = new SpanContext(1, 1, 1, 0, true);
    SpanContext no = new SpanContext(1, 1, 1, 0, false);
    Sampler half = sampler("parentbased_traceidratio", "0.5");
    assertThat(half.samples(yes, 0)).isTrue();
    assertThat(half.samples(no, 0)).isFalse();
    assertThat(half.samples(null, 0)).isTrue();
    assertThat(half.samples(null, Long.MAX_VALUE)).isFalse();
    assertThat(sampler("always_off", "").samples(yes, 0)).isFalse();
    assertThat(sampler("always_on", "").samples(no, 0)).isTrue();
    assertThat(Samplers.read(variable -> null, 0).samples(null, 0)).isFalse();
    assertThat(Samplers.read(variable -> null, 100).samples(null, Long.MAX_VALUE)).isTrue();
    assertThatThrownBy(() -> sampler("jaeger_remote", ""))
        .hasMessageStartingWith("OTEL_TRACES_SAMPLER: jaeger_remote (expected:");
    assertThatThrownBy(() -> sampler("traceidratio", "2"))
        .hasMessage("OTEL_TRACES_SAMPLER_ARG: 2 (expected: 0 to 1)");
  }

  private static Sampler sampler(String name, String argument) {
    return Samplers.read(
        Map.of("OTEL_TRACES_SAMPLER", name, "OTEL_TRACES_SAMPLER_ARG", argument)::get, 100);
  }
}
