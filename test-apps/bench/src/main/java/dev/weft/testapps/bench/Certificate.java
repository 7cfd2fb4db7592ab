package dev.weft.testapps.bench;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One certificate on P-256, as the mesh's are, which both applications of a pair have and trust.
 */
final class Certificate {

  static final String PASSWORD = "changeit";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Certificate() {}

  /** Makes it, in a PKCS #12 file that has it once with its key and once as trusted. */
  static Path make(Path directory, Path logs)
      throws IOException, HarnessException, InterruptedException {
    String store = directory.resolve("pair.p12").toString();
    String file = directory.resolve("pair.cer").toString();
    keytool(
        logs,
        List.of(
            "-genkeypair",
            "-alias",
            "pair",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=pair",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12"),
        store);
    keytool(logs, List.of("-exportcert", "-alias", "pair", "-file", file), store);
    keytool(logs, List.of("-importcert", "-noprompt", "-alias", "trusted", "-file", file), store);
    return Path.of(store);
  }

  private static void keytool(Path logs, List<String> arguments, String store)
      throws IOException, HarnessException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Java.tool("keytool"));
    command.addAll(arguments);
    command.addAll(List.of("-keystore", store, "-storepass", PASSWORD));
    Child tool = Child.start("keytool", command, Map.of(), logs);
    tool.awaitEnd(PATIENCE);
    if (!Files.exists(Path.of(store))) {
      throw new HarnessException("keytool made no certificate:\n" + tool.tail());
    }
  }
}
