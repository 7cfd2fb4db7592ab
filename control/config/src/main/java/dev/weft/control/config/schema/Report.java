package dev.weft.control.config.schema;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.Severity;
import dev.weft.control.model.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what there is to say about one document of one file. Not for several threads. */
public final class Report {

  private final String file;
  private final @Nullable ResourceId resource;
  private final List<Finding> findings = new ArrayList<>();

  public Report(String file, @Nullable ResourceId resource) {
    this.file = file;
    this.resource = resource;
  }

  /** A finding about the field at {@code path}; the message begins with the field's own name. */
  public void add(FindingCode code, Path path, String message) {
    String text = path.name().isEmpty() ? message : path.name() + ": " + message;
    findings.add(new Finding(code, resource, at(path.line()), path.text(), text));
  }

  public SourceLocation at(int line) {
    return new SourceLocation(file, line);
  }

  public boolean hasErrors() {
    return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
  }

  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Where a value is, below the resource and in the file.
   *
   * @param text {@code spec.http[0].route[1].weight}
   * @param name the last part of it, {@code weight}
   */
  public record Path(String text, String name, int line) {

    public static Path root(String name, int line) {
      return new Path(name, name, line);
    }

    public Path field(String field, int at) {
      return new Path(text + "." + field, field, at);
    }

    public Path key(String key, int at) {
      return new Path(text + "[" + key + "]", name + "[" + key + "]", at);
    }

    public Path item(int index, int at) {
      return key(Integer.toString(index), at);
    }
  }
}
