package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @Test
  void nothingSetGivesTheDefaults() {
    Settings settings = Settings.read(Map.of(), Map.of());
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(Setting.ENABLED)).isTrue();
    assertThat(settings.get(Setting.CONTROL)).isEmpty();
    assertThat(settings.get(Setting.FAIL_MODE)).isEqualTo(Setting.FailMode.OPEN);
    assertThat(settings.get(Setting.START_TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.get(Setting.METRICS_ADDRESS).getPort()).isEqualTo(15020);
    assertThat(settings.get(Setting.LABELS)).isEmpty();
    assertThat(settings.serviceName()).isEmpty();
    assertThat(settings.weaves("tomcat", true)).isTrue();
    assertThat(settings.weaves("jdk-sockets", false)).isFalse();
  }

  @Test
  void propertyGoesOverVariableGoesOverFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("weft.properties");
    Files.writeString(file, "weft.namespace=file\nweft.drain.timeout=1s\nweft.start.timeout=1s\n");
    Settings settings =
        Settings.read(
            Map.of("weft.namespace", "property", "weft.configuration.file", file.toString()),
            Map.of("WEFT_NAMESPACE", "variable", "WEFT_DRAIN_TIMEOUT", "2s"));
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(Setting.NAMESPACE)).isEqualTo(Optional.of("property"));
    assertThat(settings.get(Setting.DRAIN_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.get(Setting.START_TIMEOUT)).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({
    "weft.enabled,yes,true or false,taking \"true\"",
    "weft.control,localhost,host:port,going on without it",
    "weft.control,localhost:99999,host:port,going on without it",
    "weft.control,:15010,host:port,going on without it",
    "weft.control,::1:15010,host:port,going on without it",
    "weft.fail.mode,ajar,open or closed,taking \"closed\"",
    "weft.start.timeout,10,a duration such as 10s,taking \"10s\"",
    "weft.trace.sampling,NaN,a percentage,taking \"100\"",
    "weft.trace.sampling,101,a percentage,taking \"100\"",
    "weft.namespace,Default,a DNS label,going on without it",
    "weft.context.headers,a b,header names,going on without it",
    "weft.own.tls.ports,https,ports,going on without it",
    "weft.unmeshed.ports,0,ports,going on without it",
    "weft.probes,8080,PORT/PATH,going on without it",
    "weft.probes,80800/health,PORT/PATH,going on without it",
    "weft.probes,8080/a b,PORT/PATH,going on without it",
    "weft.server.first.ports,65536,ports,going on without it",
    "weft.egress.mode,off,enforce or report,taking \"enforce\"",
    "weft.egress.allow,10.0.0.0/33,addresses,going on without it",
    "weft.egress.allow,10.0.0.256,addresses,going on without it",
    "weft.egress.allow,db:0,addresses,going on without it",
    "weft.egress.allow,*,addresses,going on without it",
    "weft.egress.allow,[::1,addresses,going on without it",
  })
  void wrongValueIsOneLineThatSaysEverything(
      String name, String value, String expected, String consequence) {
    Settings settings = Settings.read(Map.of(name, value), Map.of());
    assertThat(settings.problems()).hasSize(1);
    assertThat(settings.problems().get(0))
        .startsWith(name + ": \"" + value + "\" (expected: " + expected)
        .endsWith(consequence);
  }

  @Test
  void wrongFailModeIsTheSafeOne() {
    Settings settings = Settings.read(Map.of(), Map.of("WEFT_FAIL_MODE", "opn"));
    assertThat(settings.get(Setting.FAIL_MODE)).isEqualTo(Setting.FailMode.CLOSED);
    assertThat(settings.problems().get(0)).startsWith("WEFT_FAIL_MODE: \"opn\"");
  }

  @Test
  void unknownSettingNamesTheNearest() {
    Settings settings =
        Settings.read(
            Map.of("weft.fial.mode", "closed", "weft.instrumentation.tomcat.enabled", "false"),
            Map.of("WEFT_CONTORL", "127.0.0.1:1"));
    assertThat(settings.problems())
        .containsExactly(
            "weft.fial.mode: no such setting (nearest: weft.fail.mode)",
            "WEFT_CONTORL: no such setting (nearest: WEFT_CONTROL)");
    assertThat(settings.weaves("tomcat", true)).isFalse();
    assertThat(settings.weaves("grpc", true)).isTrue();
  }

  @Test
  void missingFileIsSaid(@TempDir Path directory) {
    Path missing = directory.resolve("none.properties");
    Settings settings =
        Settings.read(Map.of(), Map.of("WEFT_CONFIGURATION_FILE", missing.toString()));
    assertThat(settings.problems()).hasSize(1);
    assertThat(settings.problems().get(0))
        .startsWith("WEFT_CONFIGURATION_FILE: \"" + missing + "\" (expected: a readable");
  }

  @Test
  void nameAndAttributesAreOpenTelemetrys() {
    Settings settings =
        Settings.read(
            Map.of(),
            Map.of(
                "OTEL_RESOURCE_ATTRIBUTES", "service.name=a%20b,service.version=v1+2,broken",
                "OTEL_SERVICE_NAME", "reviews"));
    assertThat(settings.serviceName()).contains("reviews");
    assertThat(settings.resourceAttributes())
        .containsEntry("service.name", "a b")
        .containsEntry("service.version", "v1+2")
        .hasSize(2);
  }

  @Test
  void documentationListsEverySetting() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    String documentation = Files.readString(root.resolve("docs/settings.md"));
    for (Setting<?> setting : Setting.ALL) {
      assertThat(documentation).contains(row(setting));
    }
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            setting.name(),
            setting.expected(),
            setting.initial().isEmpty() ? "" : "`" + setting.initial() + "`",
            setting.meaning());
  }
}
