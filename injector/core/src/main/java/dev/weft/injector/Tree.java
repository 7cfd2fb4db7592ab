package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads and extends what an API object holds; whoever wrote it may have written anything. */
final class Tree {

  private Tree() {}

  /** Empty where it is missing or null. */
  static Optional<ObjectNode> object(JsonNode parent, String field) throws PodException {
    JsonNode found = parent.path(field);
    if (isAbsent(found)) {
      return Optional.empty();
    }
    if (found instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw unexpected(field, found, "an object");
  }

  /** The objects of a list, none where it is missing. */
  static List<ObjectNode> objects(JsonNode parent, String field) throws PodException {
    JsonNode found = parent.path(field);
    if (isAbsent(found)) {
      return List.of();
    }
    if (!found.isArray()) {
      throw unexpected(field, found, "a list");
    }
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode each : found) {
      if (!(each instanceof ObjectNode object)) {
        throw unexpected(field, each, "objects alone");
      }
      objects.add(object);
    }
    return objects;
  }

  /** The first object of a list with that name. */
  static Optional<ObjectNode> named(JsonNode parent, String field, String name)
      throws PodException {
    return objects(parent, field).stream()
        .filter(each -> text(each, "name").equals(name))
        .findFirst();
  }

  /** Empty where it is missing, or no text. */
  static String text(JsonNode parent, String field) {
    return parent.path(field).isTextual() ? parent.path(field).textValue() : "";
  }

  /** Labels or annotations; those that are no text are left out. */
  static Map<String, String> texts(JsonNode parent, String field) throws PodException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each :
        object(parent, field).map(ObjectNode::properties).orElse(java.util.Set.of())) {
      if (each.getValue().isTextual()) {
        texts.put(each.getKey(), each.getValue().textValue());
      }
    }
    return texts;
  }

  /** An object to be written to, made where it is missing. */
  static ObjectNode makeObject(ObjectNode parent, String field) throws PodException {
    Optional<ObjectNode> there = object(parent, field);
    return there.isPresent() ? there.get() : parent.putObject(field);
  }

  /** A list to be written to, made where it is missing. */
  static ArrayNode makeList(ObjectNode parent, String field) throws PodException {
    JsonNode found = parent.path(field);
    if (isAbsent(found)) {
      return parent.putArray(field);
    }
    if (found instanceof ArrayNode list) {
      return list;
    }
    throw unexpected(field, found, "a list");
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static PodException unexpected(String field, JsonNode found, String expected) {
    return new PodException(
        field
            + ": "
            + found.getNodeType().name().toLowerCase(Locale.ROOT)
            + " (expected: "
            + expected
            + ")");
  }
}
