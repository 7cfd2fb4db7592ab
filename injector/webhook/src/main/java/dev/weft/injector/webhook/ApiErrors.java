package dev.weft.injector.webhook;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server says when it refuses, in a line. */
final class ApiErrors {

  private ApiErrors() {}

  static String message(KubernetesClientException e) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    return e.getCode() > 0 ? "HTTP " + e.getCode() : "the API server cannot be reached";
  }
}
