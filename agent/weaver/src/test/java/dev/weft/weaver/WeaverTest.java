package dev.weft.weaver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.weaver.compile.Compiled;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The weaver in real JVMs, with every verification on. */
class WeaverTest {

  @TempDir Path folder;

  static Stream<Integer> releases() {
    return InstalledJdks.homes().keySet().stream().filter(release -> release >= 17);
  }

  @ParameterizedTest(name = "Java {0}")
  @MethodSource("releases")
  void weaves(int release) throws Exception {
    List<String> lines = run(InstalledJdks.homes().get(release));
    String output = String.join("\n", lines);

    assertThat(lines)
        .as(output)
        .contains("loaded before: x", "boot: x!", "platform: realm@Headers")
        .contains("one: hello you?!", "two: hello you?!", "race: hello you?!")
        .contains("race failures: []", "suppressed: 0")
        .contains("osgi: hello you!") // left alone
        .noneMatch(line -> line.startsWith("failed"));
    assertThat(count(lines, "woven: Library[adapter=sample,")).as(output).isEqualTo(3);
    assertThat(count(lines, "woven: Library[adapter=boot,")).as(output).isEqualTo(1);
    assertThat(count(lines, "woven: Library[adapter=platform,")).as(output).isEqualTo(1);
    assertThat(lines)
        .as(output)
        .anyMatch(line -> line.matches("left: .*=sample,.*osgi.*does not delegate.*"))
        .anyMatch(
            line -> line.matches("left: .*=renamed,.*one.*: no method noSuchMethod with 1 p.*"))
        .anyMatch(line -> line.matches("left: .*=required,.*one.*: no class no.such.Class"));
    assertThat(count(lines, "left: Library[adapter=renamed,")).as(output).isEqualTo(4);
    assertThat(count(lines, "left: Library[adapter=switchedoff,")).as(output).isZero();
  }

  private static long count(List<String> lines, String beginning) {
    return lines.stream().filter(line -> line.startsWith(beginning)).count();
  }

  private List<String> run(Path home) throws IOException, InterruptedException {
    Path agent = folder.resolve("agent.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", WeaverChild.class.getName());
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    manifest.getMainAttributes().putValue("Can-Redefine-Classes", "true");
    try (OutputStream out = Files.newOutputStream(agent)) {
      new JarOutputStream(out, manifest).close();
    }
    Path classes =
        Path.of(WeaverTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Path index = Files.writeString(folder.resolve("hooks.idx"), Compiled.samples());
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            home.resolve("bin/java").toString(),
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+BytecodeVerificationLocal", // the boot loader's classes, too
            "-XX:+BytecodeVerificationRemote",
            "-javaagent:" + agent + "=" + index,
            "-cp",
            System.getProperty("java.class.path"),
            WeaverChild.class.getName(),
            classes.toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }
}
