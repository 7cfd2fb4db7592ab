package dev.weft.weaver.compile;

import java.util.Map;

/** Descriptors of types, from the names that {@link Class#getName} gives them. */
final class Descriptors {

  private static final Map<String, String> PRIMITIVES =
      Map.of(
          "boolean", "Z", "byte", "B", "char", "C", "short", "S", "int", "I", "long", "J", "float",
          "F", "double", "D");

  private Descriptors() {}

  static String of(String name) {
    String primitive = PRIMITIVES.get(name);
    if (primitive != null) {
      return primitive;
    }
    String internal = name.replace('.', '/');
    return internal.startsWith("[") ? internal : "L" + internal + ";";
  }
}
