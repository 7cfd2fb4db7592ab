package dev.weft.injector.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A question of the API server, and its answers ({@code admission.k8s.io/v1 AdmissionReview}).
 *
 * @param uid of the question
 * @param namespace of the object
 * @param operation {@code CREATE}, {@code UPDATE}, …
 * @param trial whether nothing is to come of it
 * @param object in question
 */
record Review(String uid, String namespace, String operation, Trial trial, ObjectNode object) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VERSION = "admission.k8s.io/v1";

  /** Whether something will come of it. */
  enum Trial {
    REAL,
    DRY_RUN
  }

  /**
   * @throws ReviewException it is none
   */
  static Review read(byte[] body) throws ReviewException {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new ReviewException("no JSON");
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
    if (root == null
        || !root.path("kind").asText().equals("AdmissionReview")
        || !root.path("apiVersion").asText().equals(VERSION)) {
      throw new ReviewException(
          "no AdmissionReview of " + VERSION + " (expected: what the API server sends)");
    }
    JsonNode request = root.path("request");
    if (!(request.path("object") instanceof ObjectNode object)
        || !request.path("uid").isTextual()) {
      throw new ReviewException("no request with uid and object");
    }
    return new Review(
        request.path("uid").textValue(),
        request.path("namespace").asText(""),
        request.path("operation").asText(""),
        request.path("dryRun").asBoolean(false) ? Trial.DRY_RUN : Trial.REAL,
        object);
  }

  /** Let it in, changed by a patch that may be empty. */
  String allow(ArrayNode patch, List<String> warnings) {
    ObjectNode response = response(true, warnings);
    if (!patch.isEmpty()) {
      byte[] bytes = patch.toString().getBytes(StandardCharsets.UTF_8);
      response
          .put("patchType", "JSONPatch")
          .put("patch", Base64.getEncoder().encodeToString(bytes));
    }
    return write(response);
  }

  /** Let it in as it is. */
  String allow(List<String> warnings) {
    return write(response(true, warnings));
  }

  String refuse(String why) {
    ObjectNode response = response(false, List.of());
    response.putObject("status").put("message", why).put("reason", "Invalid").put("code", 422);
    return write(response);
  }

  private ObjectNode response(boolean allowed, List<String> warnings) {
    ObjectNode response = JSON.createObjectNode().put("uid", uid).put("allowed", allowed);
    if (!warnings.isEmpty()) {
      ArrayNode all = response.putArray("warnings");
      warnings.forEach(warning -> all.add(shortened(warning)));
    }
    return response;
  }

  /** The API server cuts at 256 characters, without a sign of it. */
  private static String shortened(String warning) {
    return warning.length() > 250 ? warning.substring(0, 249) + "…" : warning;
  }

  private static String write(ObjectNode response) {
    ObjectNode root = JSON.createObjectNode();
    root.put("apiVersion", VERSION).put("kind", "AdmissionReview").set("response", response);
    return root.toString();
  }
}
