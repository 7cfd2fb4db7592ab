package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Certificates by somebody else's tool: of the mesh's own root, and all the wrong ones. */
final class OpenSsl {

  private final Path folder;
  private final Path meshRoot;

  /**
   * @param meshRoot the root's certificate and key, as the control service keeps them
   */
  OpenSsl(Path folder, Path meshRoot) {
    this.folder = folder;
    this.meshRoot = meshRoot;
  }

  static boolean isInstalled() {
    try (Jvm version = Jvm.command("openssl", Map.of(), List.of("openssl", "version"))) {
      return version.exit() == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** A key, its certificate, and the roots that its holder trusts; PEM. */
  record Pair(Path key, Path certificate) {}

  /** Signed by the mesh's root, valid for a day. */
  Pair ofTheMesh(String name, String identity) {
    return signed(name, "URI:" + identity, meshRoot, 1);
  }

  /** Of two identities at once. */
  Pair ofTwoNames(String name, String identity, String other) {
    return signed(name, "URI:" + identity + ",URI:" + other, meshRoot, 1);
  }

  /** An identity, a zero byte and what a reader of C's strings does not see. */
  Pair withZero(String name, String identity) {
    byte[] uri = (identity + "\0evil").getBytes(StandardCharsets.US_ASCII);
    byte[] names = new byte[uri.length + 4];
    names[0] = 0x30; // a sequence
    names[1] = (byte) (uri.length + 2);
    names[2] = (byte) 0x86; // of one URI
    names[3] = (byte) uri.length;
    System.arraycopy(uri, 0, names, 4, uri.length);
    return signed(name, "DER:" + HexFormat.ofDelimiter(":").formatHex(names), meshRoot, 1);
  }

  /** Valid until yesterday. */
  Pair expired(String name, String identity) {
    return signed(name, "URI:" + identity, meshRoot, -1);
  }

  /** Signed by a root that nobody in the mesh has heard of. */
  Pair ofAnotherRoot(String name, String identity) {
    Path root = folder.resolve(name + "-root.pem");
    Path key = folder.resolve(name + "-root.key");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/O=elsewhere",
        "-keyout",
        key.toString(),
        "-out",
        root.toString());
    Path both = folder.resolve(name + "-root-and-key.pem");
    try {
      Files.writeString(both, Files.readString(root) + Files.readString(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return signed(name, "URI:" + identity, both, 1);
  }

  private Pair signed(String name, String names, Path root, int days) {
    Path key = folder.resolve(name + ".key");
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + ".pem");
    Path extensions = folder.resolve(name + ".ext");
    try {
      Files.writeString(
          extensions,
          """
          basicConstraints=critical,CA:FALSE
          keyUsage=critical,digitalSignature
          extendedKeyUsage=serverAuth,clientAuth
          subjectAltName=critical,%s
          """
              .formatted(names));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/",
        "-keyout",
        key.toString(),
        "-out",
        request.toString());
    List<String> sign = new ArrayList<>();
    sign.addAll(List.of("openssl", "x509", "-req", "-in", request.toString()));
    sign.addAll(List.of("-CA", root.toString(), "-CAkey", root.toString(), "-CAcreateserial"));
    sign.addAll(List.of("-CAserial", folder.resolve(name + ".srl").toString()));
    sign.addAll(List.of("-days", String.valueOf(days), "-extfile", extensions.toString()));
    sign.addAll(List.of("-out", certificate.toString()));
    run(sign.toArray(String[]::new));
    return new Pair(key, certificate);
  }

  /** The certificate of whoever serves there, by a connection of its own; empty: none. */
  Optional<String> serverCertificate(int port, Pair client) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
    command.addAll(List.of("-alpn", "istio", "-cert", client.certificate().toString()));
    command.addAll(List.of("-key", client.key().toString(), "-showcerts"));
    try (Jvm tool = Jvm.command("s_client", Map.of(), command)) {
      String begin = tool.await("-----BEGIN CERTIFICATE", "no peer certificate");
      if (begin.startsWith("no ")) {
        return Optional.empty();
      }
      tool.await("-----END CERTIFICATE");
      List<String> output = tool.output();
      int first = output.indexOf(begin) + 1;
      return Optional.of(String.join("", output.subList(first, first + 8)));
    }
  }

  /**
   * What a server of this identity must not get by with.
   *
   * @param other of another workload
   */
  Map<String, Pair> wrong(String identity, String other) {
    Map<String, Pair> wrong = new LinkedHashMap<>();
    wrong.put("another root", ofAnotherRoot("foreign", identity));
    wrong.put(
        "another trust domain",
        ofTheMesh("elsewhere", identity.replace("cluster.local", "elsewhere.test")));
    wrong.put("expired", expired("expired", identity));
    wrong.put("another workload's", ofTheMesh("other", other));
    wrong.put("two names", ofTwoNames("two", identity, other));
    wrong.put("a zero byte in its name", withZero("zero", identity));
    return wrong;
  }

  /** A server of OpenSSL's that tells in a page what it knows of the connection; it listens. */
  Jvm serve(int port, Pair own) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("openssl", "s_server", "-accept", "127.0.0.1:" + port, "-www"));
    command.addAll(List.of("-cert", own.certificate().toString(), "-key", own.key().toString()));
    command.addAll(List.of("-CAfile", meshRoot.toString(), "-Verify", "1"));
    command.addAll(List.of("-verify_return_error", "-alpn", "istio-peer-exchange,istio"));
    Jvm server = Jvm.command("s_server", Map.of(), command);
    server.await("ACCEPT");
    return server;
  }

  private static void run(String... command) {
    try (Jvm tool = Jvm.command(command[0], Map.of(), List.of(command))) {
      int exit = tool.exit();
      assertThat(exit).as(String.join("\n", tool.output())).isZero();
    }
  }
}
