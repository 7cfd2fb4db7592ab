package dev.weft.control.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing to tell the author of a resource or the owner of a workload.
 *
 * @param resource what it is about; null where no resource could be read, or it is about a workload
 * @param location where; null where no file is concerned
 * @param field the field's path below the resource ({@code spec.http[0].fault}); empty for the
 *     whole resource
 * @param message what was found and what was expected
 */
public record Finding(
    FindingCode code,
    @Nullable ResourceId resource,
    @Nullable SourceLocation location,
    String field,
    String message) {

  public static Finding of(FindingCode code, String message) {
    return new Finding(code, null, null, "", message);
  }

  public Severity severity() {
    return code.severity();
  }

  /** {@code weight: … (at spec.…)}: the message, and the field where there is one. */
  public String said() {
    return field.isEmpty() ? message : message + " (at " + field + ")";
  }

  /**
   * {@code rules.yaml:12: error WEFT0101 [VirtualService default/reviews] weight: … (at spec.…)}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (location != null) {
      text.append(location).append(": ");
    }
    text.append(severity().name().toLowerCase(Locale.ROOT)).append(' ').append(code.id());
    if (resource != null) {
      text.append(" [").append(resource).append(']');
    }
    return text.append(' ').append(said()).toString();
  }
}
