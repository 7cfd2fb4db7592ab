package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.Severity;
import java.util.List;

/**
 * What was read from one file: it counts as a whole or, with any error in it, not at all.
 *
 * @param name as findings call it
 * @param resources in the order of the file; of an invalid file, those without errors of their own
 */
public record ConfigFile(String name, List<Resource> resources, List<Finding> findings) {

  public ConfigFile {
    resources = List.copyOf(resources);
    findings = List.copyOf(findings);
  }

  public boolean isValid() {
    return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
  }
}
