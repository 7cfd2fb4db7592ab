package dev.weft.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.Map;

/** How protobuf's types and names are called in Java. */
final class Types {

  /** By full name: of messages whose class is called otherwise. One run makes one set of classes. */
  private static final Map<String, String> ALIASES = new HashMap<>();

  private Types() {}

  static void call(String message, String name) {
    ALIASES.put(message, name);
  }

  /** Nested types are called by both names: {@code ClusterLbPolicy}. */
  static String className(Descriptor type) {
    String alias = ALIASES.get(type.getFullName());
    if (alias != null) {
      return alias;
    }
    Descriptor outer = type.getContainingType();
    return (outer == null ? "" : className(outer)) + type.getName();
  }

  static String className(EnumDescriptor type) {
    Descriptor outer = type.getContainingType();
    return (outer == null ? "" : className(outer)) + type.getName();
  }

  /** The message that a field holds, as value where it is a map; null for anything else. */
  static Descriptor messageType(FieldDescriptor field) {
    FieldDescriptor of = value(field);
    return of.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? of.getMessageType() : null;
  }

  /** The value of a map; any other field itself. */
  static FieldDescriptor value(FieldDescriptor field) {
    return field.isMapField() ? field.getMessageType().findFieldByName("value") : field;
  }

  /** One value; uint32 as long, so that it has no sign. */
  static String javaType(FieldDescriptor field) {
    FieldDescriptor value = value(field);
    return switch (value.getType()) {
      case MESSAGE -> className(value.getMessageType());
      case STRING -> "String";
      case BYTES -> "byte[]";
      case BOOL -> "boolean";
      case DOUBLE -> "double";
      case UINT32, INT64, UINT64 -> "long";
      case INT32, ENUM -> "int";
      default -> throw new IllegalArgumentException(field + ": " + value.getType());
    };
  }

  /** The key of a map. */
  static String keyType(FieldDescriptor field) {
    return javaType(key(field));
  }

  /** The call on WireReader that reads the key of a map. */
  static String keyWireName(FieldDescriptor field) {
    return wireName(key(field));
  }

  private static FieldDescriptor key(FieldDescriptor field) {
    return field.getMessageType().findFieldByName("key");
  }

  static String boxed(String javaType) {
    return switch (javaType) {
      case "boolean" -> "Boolean";
      case "double" -> "Double";
      case "long" -> "Long";
      case "int" -> "Integer";
      default -> javaType;
    };
  }

  /** The call on WireReader or WireWriter that moves one such value. */
  static String wireName(FieldDescriptor field) {
    return switch (value(field).getType()) {
      case STRING -> "string";
      case BYTES -> "bytes";
      case BOOL -> "bool";
      case DOUBLE -> "fixed64";
      case UINT32 -> "uint32";
      case INT64, UINT64 -> "int64";
      case INT32, ENUM -> "int32";
      default -> throw new IllegalArgumentException(field.getFullName());
    };
  }

  /** {@code lowerCamelCase}. */
  static String javaName(FieldDescriptor field) {
    StringBuilder name = new StringBuilder();
    for (String part : field.getName().split("_")) {
      name.append(name.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return name.toString();
  }
}
