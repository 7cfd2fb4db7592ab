package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What an API server, or the way to it, has said against a request, in a line. */
public final class Failures {

  private static final int UNAUTHORIZED = 401;

  private Failures() {}

  public static String message(KubernetesClientException failure) {
    if (failure.getStatus() != null && failure.getStatus().getMessage() != null) {
      return failure.getCode() == UNAUTHORIZED
          ? "the API server does not know who asks (expected: a kubeconfig with valid credentials)"
          : failure.getStatus().getMessage();
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String said =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return "the API server cannot be reached: " + said;
  }
}
