package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a cluster's API server.
 *
 * @param kubeconfig the file; null: {@code KUBECONFIG}, {@code ~/.kube/config}, or within a pod its
 *     service account
 * @param context of that file; null: its current one
 */
public record Cluster(@Nullable Path kubeconfig, @Nullable String context) {

  /**
   * It tells each failed attempt with its stack; that the API server is away is told once, here.
   */
  private static final Logger CLIENT = Logger.getLogger("io.fabric8.kubernetes.client");

  static {
    CLIENT.setLevel(Level.SEVERE);
  }

  private static final int TIMEOUT_MILLIS = Math.toIntExact(Duration.ofSeconds(5).toMillis());

  /** Where it is, for people. */
  @Override
  public String toString() {
    return (kubeconfig == null ? "cluster" : "cluster of " + kubeconfig)
        + (context == null ? "" : " (" + context + ")");
  }

  /** For what is asked once and tried again by whoever asked: it ends within seconds. */
  public KubernetesClient forQuestions() throws IOException {
    return client(
        new ConfigBuilder(config())
            .withRequestTimeout(TIMEOUT_MILLIS)
            .withConnectionTimeout(TIMEOUT_MILLIS)
            .withRequestRetryBackoffLimit(0)
            .build());
  }

  /** For what goes on for as long as this process. */
  KubernetesClient forWatches() throws IOException {
    return client(config());
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private Config config() throws IOException {
    Config config = read();
    // The client would go to whatever is the current one, which may be somebody else's cluster.
    if (context != null
        && config.getContexts().stream().noneMatch(it -> context.equals(it.getName()))) {
      throw new IOException(
          "there is no context "
              + context
              + " (expected: one of "
              + config.getContexts().stream().map(NamedContext::getName).toList()
              + ")");
    }
    return config;
  }

  private Config read() throws IOException {
    if (kubeconfig == null) {
      return Config.autoConfigure(context);
    }
    if (!Files.isReadable(kubeconfig)) {
      throw new IOException(kubeconfig + " (expected: a kubeconfig that can be read)");
    }
    return context == null
        ? Config.fromKubeconfig(kubeconfig.toFile())
        : Config.fromKubeconfig(context, kubeconfig.toFile());
  }
}
