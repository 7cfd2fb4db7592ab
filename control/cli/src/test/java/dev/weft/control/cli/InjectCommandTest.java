package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weftctl inject}, in this process. */
class InjectCommandTest {

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: orders}
      spec:
        template:
          spec: {containers: [{name: app, image: a, env: [%s]}]}
      """;
  private static final String OPTIONAL =
      "{name: JAVA_TOOL_OPTIONS, valueFrom: {configMapKeyRef: {name: a, key: b, optional: true}}}";

  @TempDir private Path directory = Path.of(".");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int inject(String... arguments) {
    return Weftctl.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  @Test
  void resourcesAreOnStandardOutputAndWhatIsSaidIsNot() throws IOException {
    int exit = inject("inject", "-n", "shop", "-f", file("a.yaml", DEPLOYMENT.formatted("")));
    assertThat(exit).isZero();
    assertThat(err.toString()).isEqualTo("Deployment/shop/orders: injected\n");
    assertThat(out.toString())
        .contains("kind: Deployment", "-javaagent:/weft/agent/weft-agent.jar");
  }

  @Test
  void rulesHold() throws IOException {
    String rules = file("rules.yaml", "control: here:1\nexcludedNamespaces: [closed]\n");
    String pods = file("a.yaml", DEPLOYMENT.formatted(""));
    assertThat(inject("inject", "--rules", rules, "-f", pods)).isZero();
    assertThat(out.toString()).contains("value: here:1");
    assertThat(inject("inject", "--rules", rules, "-n", "closed", "-f", pods)).isZero();
    assertThat(err.toString())
        .contains("Deployment/closed/orders: not injected, because namespace closed is excluded");
  }

  @Test
  void whatCannotBeInjectedFails() throws IOException {
    assertThat(inject("inject", "-f", file("a.yaml", DEPLOYMENT.formatted(OPTIONAL))))
        .isEqualTo(Weftctl.FAILED);
    assertThat(err.toString())
        .contains("Deployment/default/orders: not injected\n", "OptionsMayBeAbsent: container app");
  }

  @Test
  void wrongFilesAreToldByName() throws IOException {
    String wrong = file("rules.yaml", "controll: a\n");
    String pods = file("a.yaml", "kind: Deployment\n");
    assertThat(inject("inject", "--rules", wrong, "-f", pods)).isEqualTo(2);
    assertThat(err.toString()).contains("rules.yaml: controll: unknown (expected: one of");
    assertThat(inject("inject", "-f", pods)).isEqualTo(Weftctl.FAILED);
    assertThat(err.toString()).contains("a.yaml: Deployment: no spec.template (expected: a pod's)");
    assertThat(inject("inject", "-f", directory + "/none.yaml")).isEqualTo(2);
    assertThat(err.toString()).contains("none.yaml (expected: a file to be read)");
  }
}
