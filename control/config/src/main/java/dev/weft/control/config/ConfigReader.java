package dev.weft.control.config;

import dev.weft.control.config.yaml.YamlException;
import dev.weft.control.config.yaml.YamlLimits;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.SourceLocation;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files of resources: YAML of one or several documents, or JSON. Holds no state and never
 * throws for bad input.
 */
public final class ConfigReader {

  private final MeshSettings settings;
  private final YamlReader yaml;

  public ConfigReader(MeshSettings settings) {
    this(settings, YamlLimits.DEFAULT);
  }

  public ConfigReader(MeshSettings settings, YamlLimits limits) {
    this.settings = settings;
    this.yaml = new YamlReader(limits);
  }

  /**
   * @param name of the file, as findings shall call it
   * @param content UTF-8
   */
  public ConfigFile read(String name, byte[] content) {
    List<Resource> resources = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    DocumentReader documents = new DocumentReader(name, settings, yaml, resources, findings);
    try {
      for (YamlNode document : yaml.read(content)) {
        documents.read(document);
      }
    } catch (YamlException e) {
      FindingCode code = e.isLimit() ? FindingCode.LIMIT : FindingCode.MALFORMED;
      SourceLocation location = new SourceLocation(name, e.line());
      findings.add(new Finding(code, null, location, "", e.getMessage()));
    }
    return new ConfigFile(name, resources, findings);
  }
}
