package dev.weft.control.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The namespace of the pod that this process runs in. */
public final class OwnNamespace {

  private static final Path MOUNTED =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  private OwnNamespace() {}

  /** {@code POD_NAMESPACE}, or as the service account has it; null: in no pod. */
  public static @Nullable String find() throws IOException {
    String set = System.getenv("POD_NAMESPACE");
    if (set != null && !set.isBlank()) {
      return set.strip();
    }
    return Files.isReadable(MOUNTED) ? Files.readString(MOUNTED).strip() : null;
  }
}
