package dev.weft.harness.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where etcd and kube-apiserver are. */
public record Binaries(Path etcd, Path apiServer) {

  /** What {@code .ci/kubernetes/build} prints, and where other projects expect them as well. */
  public static final String VARIABLE = "KUBEBUILDER_ASSETS";

  /** Those that the environment names; empty, and said aloud, where it names none. */
  public static Optional<Binaries> find() {
    String named = System.getenv(VARIABLE);
    if (named == null || named.isBlank()) {
      System.err.println(
          "SKIPPED: nothing of Kubernetes is tested (expected: "
              + VARIABLE
              + "=$(.ci/kubernetes/build))");
      return Optional.empty();
    }
    return Optional.of(in(Path.of(named)));
  }

  /**
   * Those in a directory.
   *
   * @throws IllegalStateException one is not there: what is named and missing is no reason to skip
   */
  static Binaries in(Path directory) {
    return new Binaries(program(directory, "etcd"), program(directory, "kube-apiserver"));
  }

  private static Path program(Path directory, String name) {
    Path program = directory.resolve(name);
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          VARIABLE + "=" + directory + " has no " + name + " (expected: a program)");
    }
    return program;
  }
}
