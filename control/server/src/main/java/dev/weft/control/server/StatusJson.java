package dev.weft.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.control.model.Finding;
import dev.weft.control.server.status.Status;
import dev.weft.control.server.status.Status.FindingState;
import java.util.List;

/** The state as JSON, both ways. */
public final class StatusJson {

  /** Fields that a newer service adds are left alone. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private StatusJson() {}

  public static String write(Object value) throws JsonProcessingException {
    return JSON.writeValueAsString(value) + "\n";
  }

  /** Findings as {@code status} shows them. */
  public static List<FindingState> findings(List<Finding> findings) {
    return findings.stream().map(StatusReader::finding).toList();
  }

  public static Status read(String json) throws JsonProcessingException {
    return JSON.readValue(json, Status.class);
  }
}
