package dev.weft.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FieldDescriptor.Type;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.List;

/** The Java source of one message. */
final class MessageSource {

  private final Descriptor message;
  private final FieldList.Selection selection;
  private final List<FieldDescriptor> read = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();

  MessageSource(Descriptor message, FieldList list) {
    this.message = message;
    this.selection = list.of(message.getFullName());
    for (FieldDescriptor field : message.getFields()) {
      if (selection.reads(field)) {
        read.add(field);
      }
    }
    generate();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void line(int indent, String text) {
    out.append("  ".repeat(indent)).append(text).append('\n');
  }

  private void generate() {
    line(0, "package dev.weft.xds.proto;\n");
    line(0, "import dev.weft.xds.wire.InvalidMessageException;");
    line(0, "import dev.weft.xds.wire.WireReader;");
    line(0, "import dev.weft.xds.wire.WireWriter;");
    line(0, "import java.util.ArrayList;");
    line(0, "import java.util.LinkedHashMap;");
    line(0, "import java.util.List;");
    line(0, "import java.util.Map;");
    line(0, "import org.jspecify.annotations.Nullable;\n");
    line(0, "/** " + message.getFullName() + ", as far as it is used. */");
    line(0, "public final class " + name() + " {");
    read.forEach(this::declaration);
    read.forEach(this::getter);
    parser();
    if (selection.written()) {
      read.forEach(this::setter);
      writer();
    }
    line(0, "}");
  }

  private String name() {
    return Types.className(message);
  }

  /** Whether absence can be told from the default. */
  private static boolean nullable(FieldDescriptor field) {
    return !field.isRepeated()
        && (field.getRealContainingOneof() != null || field.getJavaType() == JavaType.MESSAGE);
  }

  private static String type(FieldDescriptor field) {
    String one = Types.javaType(field);
    if (field.isMapField()) {
      return "Map<" + Types.boxed(Types.keyType(field)) + ", " + Types.boxed(one) + ">";
    }
    if (field.isRepeated()) {
      return "List<" + Types.boxed(one) + ">";
    }
    if (!nullable(field)) {
      return one;
    }
    return one.equals("byte[]") ? "byte @Nullable []" : "@Nullable " + Types.boxed(one);
  }

  private static String initial(FieldDescriptor field) {
    if (field.isRepeated()) {
      return field.isMapField() ? " = Map.of()" : " = List.of()";
    }
    if (nullable(field)) {
      return "";
    }
    return switch (field.getType()) {
      case STRING -> " = \"\"";
      case BYTES -> " = new byte[0]";
      default -> "";
    };
  }

  private void declaration(FieldDescriptor field) {
    line(1, "private " + type(field) + " " + Types.javaName(field) + initial(field) + ";");
  }

  private void getter(FieldDescriptor field) {
    String name = Types.javaName(field);
    line(1, "\n  public " + type(field) + " " + name + "() {\n    return " + name + ";\n  }");
  }

  private void parser() {
    line(1, "\n  /** Reads to the end of the message. */");
    line(1, "public static " + name() + " parse(WireReader in) throws InvalidMessageException {");
    line(2, name() + " message = new " + name() + "();");
    line(2, "message.merge(in);");
    line(2, "return message;");
    line(1, "}\n");
    line(1, "void merge(WireReader in) throws InvalidMessageException {");
    line(2, "while (in.next()) {");
    line(3, "switch (in.field()) {");
    for (FieldDescriptor field : message.getFields()) {
      String number = "case " + field.getNumber() + " -> ";
      if (selection.reads(field)) {
        line(4, number + "{");
        value(field);
        clearSiblings(field);
        line(4, "}");
      } else if (selection.refuses(field)) {
        line(4, number + "throw in.refused(\"" + field.getName() + "\");");
      } else {
        line(4, number + "in.ignored(\"" + field.getFullName() + "\");");
      }
    }
    String unknown = selection.strict() ? "throw in.unknownRefused" : "in.unknown";
    line(4, "default -> " + unknown + "(\"" + message.getFullName() + "\");");
    line(3, "}");
    line(2, "}");
    line(1, "}");
  }

  private void value(FieldDescriptor field) {
    String name = Types.javaName(field);
    if (field.isMapField()) {
      map(field, name);
    } else if (field.isRepeated()) {
      list(field, name);
    } else if (field.getJavaType() == JavaType.MESSAGE) {
      // A message that comes in several parts is their union.
      line(5, "int end = in.enter(\"" + field.getName() + "\");");
      line(5, Types.javaType(field) + " part = " + name + ";");
      line(5, "if (part == null) {");
      line(6, "part = new " + Types.javaType(field) + "();");
      line(6, name + " = part;");
      line(5, "}");
      line(5, "part.merge(in);");
      line(5, "in.leave(end);");
    } else {
      line(5, name + " = in." + Types.wireName(field) + "();");
    }
  }

  private void list(FieldDescriptor field, String name) {
    line(5, "if (" + name + ".isEmpty()) {");
    line(6, name + " = new ArrayList<>();");
    line(5, "}");
    if (field.getJavaType() == JavaType.MESSAGE) {
      line(5, "int end = in.enter(\"" + field.getName() + "\", " + name + ".size());");
      line(5, name + ".add(" + Types.javaType(field) + ".parse(in));");
      line(5, "in.leave(end);");
    } else if (field.isPackable()) {
      line(5, "int end = in.enterPacked(\"" + field.getName() + "\");");
      line(5, "do {");
      line(6, name + ".add(in." + Types.wireName(field) + "());");
      line(5, "} while (in.more());");
      line(5, "in.leave(end);");
    } else {
      line(5, name + ".add(in." + Types.wireName(field) + "());");
    }
  }

  private void map(FieldDescriptor field, String name) {
    boolean ofMessages = Types.messageType(field) != null;
    String type = Types.javaType(field);
    line(5, "if (" + name + ".isEmpty()) {");
    line(6, name + " = new LinkedHashMap<>();");
    line(5, "}");
    line(5, "int end = in.enter(\"" + field.getName() + "\", " + name + ".size());");
    line(5, Types.keyType(field) + " key = " + zero(Types.keyType(field)) + ";");
    line(5, type + " value = " + (ofMessages ? "new " + type + "()" : zero(type)) + ";");
    line(5, "while (in.next()) {");
    line(6, "if (in.field() == 1) {");
    line(7, "key = in." + Types.keyWireName(field) + "();");
    line(6, "} else if (in.field() == 2) {");
    if (ofMessages) {
      line(7, "int valueEnd = in.enter(\"value\");");
      line(7, "value.merge(in);");
      line(7, "in.leave(valueEnd);");
    } else {
      line(7, "value = in." + Types.wireName(field) + "();");
    }
    line(6, "} else {");
    String unknown = selection.strict() ? "throw in.unknownRefused" : "in.unknown";
    line(7, unknown + "(\"" + field.getFullName() + "\");");
    line(6, "}");
    line(5, "}");
    line(5, "in.leave(end);");
    line(5, name + ".put(key, value);");
  }

  private static String zero(String type) {
    return type.equals("String") ? "\"\"" : "0";
  }

  /** Of a oneof, the last member on the wire holds. */
  private void clearSiblings(FieldDescriptor field) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    if (oneof != null) {
      for (FieldDescriptor sibling : read) {
        if (sibling != field && sibling.getRealContainingOneof() == oneof) {
          line(5, Types.javaName(sibling) + " = null;");
        }
      }
    }
  }

  private void setter(FieldDescriptor field) {
    String name = Types.javaName(field);
    String type =
        field.isMapField() || field.isRepeated() ? type(field) : Types.javaType(field);
    line(1, "\n  public " + name() + " " + name + "(" + type + " value) {");
    line(2, "this." + name + " = value;");
    line(2, "return this;");
    line(1, "}");
  }

  private void writer() {
    line(1, "\n  public byte[] toByteArray() {");
    line(2, "WireWriter out = new WireWriter();");
    read.forEach(this::write);
    line(2, "return out.toByteArray();");
    line(1, "}");
  }

  private void write(FieldDescriptor field) {
    String name = Types.javaName(field);
    String number = field.getNumber() + ", ";
    if (field.isMapField()) {
      FieldList.check(
          Types.keyType(field).equals("String"), field.getFullName() + ": cannot write its keys");
      boolean ofMessages = Types.messageType(field) != null;
      line(2, "for (Map.Entry<String, " + Types.javaType(field) + "> entry : " + name + ".entrySet()) {");
      line(3, "WireWriter pair = new WireWriter();");
      line(3, "pair.string(1, entry.getKey());");
      line(3, ofMessages ? "pair.message(2, entry.getValue().toByteArray());" : "pair.string(2, entry.getValue());");
      line(3, "out.message(" + number + "pair.toByteArray());");
      line(2, "}");
    } else if (field.isRepeated()) {
      FieldList.check(!field.isPackable(), field.getFullName() + ": cannot write packed fields");
      line(2, "for (" + Types.javaType(field) + " each : " + name + ") {");
      line(3, one(field, number, "each"));
      line(2, "}");
    } else if (nullable(field)) {
      line(2, "if (" + name + " != null) {");
      line(3, one(field, number, name));
      line(2, "}");
    } else {
      line(2, "if (" + given(field, name) + ") {");
      line(3, one(field, number, name));
      line(2, "}");
    }
  }

  private static String given(FieldDescriptor field, String name) {
    return switch (field.getType()) {
      case STRING -> "!" + name + ".isEmpty()";
      case BYTES -> name + ".length > 0";
      case BOOL -> name;
      default -> name + " != 0";
    };
  }

  private static String one(FieldDescriptor field, String number, String value) {
    return field.getType() == Type.MESSAGE
        ? "out.message(" + number + value + ".toByteArray());"
        : "out." + Types.wireName(field) + "(" + number + value + ");";
  }
}
