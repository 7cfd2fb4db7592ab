package dev.weft.instrumentation.testing.run;

import dev.weft.instrumentation.testing.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the key stores that {@link Keys} reads, with the JDK's own tool. */
final class KeyStores {

  private static final Path FOLDER = Path.of("target", "keys").toAbsolutePath();

  private KeyStores() {}

  /** What the JVM of a cell needs to be told of them. */
  static List<String> options() {
    make();
    return List.of(
        "-Dcontract.keys=" + FOLDER,
        "-Djavax.net.ssl.trustStore=" + FOLDER.resolve("trust.p12"),
        "-Djavax.net.ssl.trustStorePassword=" + Keys.PASSWORD);
  }

  private static synchronized void make() {
    try {
      if (Files.exists(FOLDER.resolve("done"))) {
        return;
      }
      Files.createDirectories(FOLDER);
      for (String old : List.of("origin.p12", "client.p12", "trust.p12")) {
        Files.deleteIfExists(FOLDER.resolve(old));
      }
      make("origin", "san=dns:*.mesh.test,dns:localhost,ip:127.0.0.1");
      make("client", "san=dns:client.test");
      Files.createFile(FOLDER.resolve("done"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void make(String name, String extension) throws IOException, InterruptedException {
    keytool(
        List.of(
            "-genkeypair",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "3650",
            "-dname",
            "CN=" + name,
            "-ext",
            extension,
            "-alias",
            name,
            "-keystore",
            name + ".p12"));
    keytool(
        List.of("-exportcert", "-alias", name, "-keystore", name + ".p12", "-file", name + ".crt"));
    keytool(
        List.of(
            "-importcert",
            "-noprompt",
            "-alias",
            name,
            "-file",
            name + ".crt",
            "-keystore",
            "trust.p12"));
  }

  private static void keytool(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", Keys.PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }
}
