package dev.weft.control.config;

import dev.weft.control.config.istio.MeshConfigReader;
import dev.weft.control.config.schema.FieldSchema;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Report;
import dev.weft.control.config.schema.Report.Path;
import dev.weft.control.config.schema.SchemaChecker;
import dev.weft.control.config.schema.Schemas;
import dev.weft.control.config.yaml.YamlException;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlNode.Mapping;
import dev.weft.control.config.yaml.YamlNode.Scalar;
import dev.weft.control.config.yaml.YamlReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.SourceLocation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Istio's MeshConfig, which is no Kubernetes resource: a document of its own in a file that is
 * called {@code mesh.yaml}, or text in the ConfigMap from which istiod reads it.
 */
final class MeshConfigDocument {

  private static final String KIND = "MeshConfig";
  private static final String FILE = "(.*/)?mesh\\.(yaml|yml|json)";

  private final String file;
  private final MeshSettings settings;
  private final YamlReader yaml;

  MeshConfigDocument(String file, MeshSettings settings, YamlReader yaml) {
    this.file = file;
    this.settings = settings;
    this.yaml = yaml;
  }

  /** Whether the document is one, by the file's name and because it is no resource. */
  boolean is(Mapping document) {
    return file.matches(FILE)
        && !document.entries().containsKey("apiVersion")
        && !document.entries().containsKey("kind");
  }

  /** The text of one that a ConfigMap holds; empty where it holds none. */
  static Optional<YamlNode.Entry> within(Mapping configMap, String name) {
    YamlNode.Entry data = configMap.entries().get("data");
    YamlNode.Entry mesh =
        data != null && data.value() instanceof Mapping texts ? texts.entries().get("mesh") : null;
    return name.equals("istio") || name.startsWith("istio-")
        ? Optional.ofNullable(mesh).filter(it -> it.value() instanceof Scalar)
        : Optional.empty();
  }

  /** Reads the text of a ConfigMap. */
  void read(YamlNode.Entry text, List<Resource> resources, List<Finding> findings) {
    // Blank lines before it, so that its lines are those of the file.
    String moved = "\n".repeat(text.line()) + ((Scalar) text.value()).text();
    try {
      for (YamlNode document : yaml.read(moved.getBytes(StandardCharsets.UTF_8))) {
        if (document instanceof Mapping mapping) {
          read(mapping, resources, findings);
        } else {
          String wrong = document.describe() + " (expected: an object)";
          findings.add(finding(FindingCode.WRONG_TYPE, document.line(), "mesh: " + wrong));
        }
      }
    } catch (YamlException e) {
      FindingCode code = e.isLimit() ? FindingCode.LIMIT : FindingCode.MALFORMED;
      findings.add(finding(code, e.line(), String.valueOf(e.getMessage())));
    }
  }

  void read(Mapping document, List<Resource> resources, List<Finding> findings) {
    FieldSchema schema = Schemas.meshConfig().spec();
    Report report = new Report(file, id());
    Path path = Path.root(schema.name(), document.line());
    new SchemaChecker(report).check(schema, document, path);
    if (!report.hasErrors()) {
      Metadata metadata =
          new Metadata(id(), new SourceLocation(file, document.line()), "", Map.of());
      Resource resource =
          MeshConfigReader.read(new ObjectReader(document, path, report), metadata, settings);
      if (!report.hasErrors()) {
        resources.add(resource);
      }
    }
    findings.addAll(report.findings());
  }

  /** There is one in a mesh. */
  private ResourceId id() {
    return new ResourceId(KIND, settings.rootNamespace(), "mesh");
  }

  private Finding finding(FindingCode code, int line, String message) {
    return new Finding(code, id(), new SourceLocation(file, line), "mesh", message);
  }
}
