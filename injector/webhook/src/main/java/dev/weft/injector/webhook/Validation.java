package dev.weft.injector.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import dev.weft.injector.webhook.InjectorMetrics.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code /validate}: refuses resources of the mesh that the control service would not take, with
 * its words. What depends on other resources is not judged here: they may come later.
 */
final class Validation implements Answers {

  private static final List<String> SERVERS =
      List.of("managedFields", "resourceVersion", "uid", "generation", "selfLink");

  private final ConfigReader reader;

  Validation(MeshSettings settings) {
    this.reader = new ConfigReader(settings);
  }

  @Override
  public Answer to(Review review) {
    ObjectNode object = review.object().deepCopy();
    object.remove("status");
    if (object.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(SERVERS);
    }
    String name = object.path("metadata").path("name").asText("");
    String resource = object.path("kind").asText("") + "/" + review.namespace() + "/" + name;
    List<Finding> findings =
        reader.read(resource, object.toString().getBytes(StandardCharsets.UTF_8)).findings();
    List<String> errors = said(findings, Severity.ERROR);
    return errors.isEmpty()
        ? new Answer(Outcome.VALID, review.allow(said(findings, Severity.WARNING)))
        : new Answer(Outcome.INVALID, review.refuse(String.join("; ", errors)));
  }

  private static List<String> said(List<Finding> findings, Severity severity) {
    return findings.stream()
        .filter(finding -> finding.severity() == severity)
        .map(finding -> finding.code().id() + " " + finding.said())
        .toList();
  }
}
