package dev.weft.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Cuts Envoy's API down to what the agent reads. Every message of that API reaches nearly every
 * other: 600 files, 30 MB of classes. Here fields.txt says which fields of which messages are read;
 * the rest is skipped on the wire, so that the types of the rest are not reached.
 *
 * <p>Arguments: fields.txt; a descriptor set with Weft's own API; the directory to write to.
 */
final class GenerateWire {

  private static final String PACKAGE = "dev.weft.xds.proto";

  private final FieldList list;
  private final Api api;
  private final Path directory;
  private final Map<String, String> byClass = new TreeMap<>();

  private GenerateWire(FieldList list, Api api, Path directory) {
    this.list = list;
    this.api = api;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    FieldList list = FieldList.read(Path.of(arguments[0]));
    Api api = Api.read(Path.of(arguments[1]));
    Path directory = Path.of(arguments[2]).resolve(PACKAGE.replace('.', '/'));
    Files.createDirectories(directory);
    new GenerateWire(list, api, directory).generate();
  }

  private void generate() throws IOException {
    list.selections()
        .forEach(
            (name, selection) -> {
              if (selection.alias() != null) {
                Types.call(name, selection.alias());
              }
            });
    Set<EnumDescriptor> enums = new LinkedHashSet<>();
    for (String name : list.selections().keySet()) {
      Descriptor message = api.messages().get(name);
      FieldList.check(message != null, name + ": no such message");
      checkNames(message);
      write(Types.className(message), new MessageSource(message, list).toString());
      for (FieldDescriptor field : message.getFields()) {
        if (list.of(name).reads(field) && field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
          enums.add(field.getEnumType());
        }
      }
    }
    for (EnumDescriptor each : enums) {
      write(Types.className(each), enumeration(each));
    }
    write(
        "package-info",
        "/** Messages of Envoy's API and of Weft's own, generated: see src/build/fields.txt. */\n"
            + "@org.jspecify.annotations.NullMarked\npackage " + PACKAGE + ";\n");
  }

  private void checkNames(Descriptor message) {
    FieldList.Selection selection = list.of(message.getFullName());
    for (Set<String> names : java.util.List.of(selection.read(), selection.refused())) {
      for (String name : names) {
        FieldDescriptor field = message.findFieldByName(name);
        FieldList.check(field != null, message.getFullName() + ": has no field " + name);
        Descriptor type = names == selection.read() ? Types.messageType(field) : null;
        FieldList.check(
            type == null || list.of(type.getFullName()) != null,
            field.getFullName() + ": its type is not listed");
      }
    }
  }

  private static String enumeration(EnumDescriptor type) {
    StringBuilder out = new StringBuilder();
    out.append("package ").append(PACKAGE).append(";\n\n");
    out.append("/** ").append(type.getFullName()).append(". */\n");
    out.append("public final class ").append(Types.className(type)).append(" {\n");
    type.getValues()
        .forEach(
            value ->
                out.append("  public static final int " + value.getName() + " = ")
                    .append(value.getNumber())
                    .append(";\n"));
    out.append("\n  private ").append(Types.className(type)).append("() {}\n\n");
    out.append("  /** The value's name; its number when it has none. */\n");
    out.append("  public static String name(int value) {\n    return switch (value) {\n");
    type.getValues()
        .forEach(
            value ->
                out.append("      case " + value.getNumber() + " -> \"" + value.getName())
                    .append("\";\n"));
    out.append("      default -> Integer.toString(value);\n    };\n  }\n}\n");
    return out.toString();
  }

  private void write(String className, String source) throws IOException {
    String before = byClass.put(className, className);
    FieldList.check(before == null, className + ": two types of this name");
    Files.writeString(directory.resolve(className + ".java"), source);
  }
}
