import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Cuts Envoy's API down to what the agent reads; run by the build with Java's source launcher.
 *
 * <p>Envoy's API is 600 files and 30 MB of classes, because every message reaches nearly every
 * other. Here a list says which fields of which messages are read; all others are left out, so their
 * types are not reached. The descriptors come from the generated classes of a Maven artifact, so
 * neither network nor protoc is needed. Written are
 *
 * <ul>
 *   <li>one .proto file with the messages that remain, under one package of our own, for protoc to
 *       make lite classes of: field numbers and types are Envoy's, so the wire is the same;
 *   <li>one table of all fields, for telling by name what a message holds that is not read.
 * </ul>
 */
public final class GenerateWire {

  private static final List<String> ROOTS =
      List.of(
          "io.envoyproxy.envoy.service.discovery.v3.DiscoveryProto",
          "io.envoyproxy.envoy.config.listener.v3.ListenerProto",
          "io.envoyproxy.envoy.config.route.v3.RouteProto",
          "io.envoyproxy.envoy.config.cluster.v3.ClusterProto",
          "io.envoyproxy.envoy.config.endpoint.v3.EndpointProto",
          "io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3."
              + "HttpConnectionManagerProto");

  /** What the list says of one message. */
  private record Selection(Set<String> read, Set<String> refused, boolean strict) {
    Selection(boolean strict) {
      this(new LinkedHashSet<>(), new LinkedHashSet<>(), strict);
    }
  }

  private final Map<String, Selection> selections;
  private final Map<String, Descriptor> messages = new TreeMap<>();
  private final Map<String, EnumDescriptor> enums = new TreeMap<>();
  private final StringBuilder proto = new StringBuilder();
  private final StringBuilder table = new StringBuilder();

  private GenerateWire(Map<String, Selection> selections) {
    this.selections = selections;
  }

  /** Arguments: the list; the .proto file to write; the table to write. */
  public static void main(String[] arguments) throws IOException {
    GenerateWire wire = new GenerateWire(selections(Path.of(arguments[0])));
    wire.collect();
    wire.generate();
    write(Path.of(arguments[1]), wire.proto);
    write(Path.of(arguments[2]), wire.table);
  }

  private static Map<String, Selection> selections(Path list) throws IOException {
    Map<String, Selection> selections = new LinkedHashMap<>();
    Selection current = null;
    for (String line : Files.readAllLines(list)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(text.split("\\s+"));
      if (line.charAt(0) != ' ') {
        current = new Selection(words.contains("strict"));
        selections.put(words.get(0), current);
      } else if (words.get(0).equals("!")) {
        current.refused().addAll(words.subList(1, words.size()));
      } else {
        current.read().addAll(words);
      }
    }
    return selections;
  }

  /** Every message and enumeration that the roots' files reach. */
  private void collect() {
    Deque<FileDescriptor> open = new ArrayDeque<>();
    ROOTS.forEach(root -> open.add(fileOf(root)));
    Set<String> seen = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      FileDescriptor file = open.poll();
      if (seen.add(file.getName())) {
        open.addAll(file.getDependencies());
        file.getMessageTypes().forEach(this::collect);
        file.getEnumTypes().forEach(each -> enums.put(each.getFullName(), each));
      }
    }
  }

  private static FileDescriptor fileOf(String outerClass) {
    try {
      return (FileDescriptor) Class.forName(outerClass).getMethod("getDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(outerClass + ": not in the artifact with Envoy's API", e);
    }
  }

  private void collect(Descriptor message) {
    messages.put(message.getFullName(), message);
    message.getNestedTypes().forEach(this::collect);
    message.getEnumTypes().forEach(each -> enums.put(each.getFullName(), each));
  }

  private void generate() {
    proto.append("// Generated from Envoy's API: see src/build/envoy-fields.txt.\n");
    proto.append("syntax = \"proto3\";\n\npackage weft.wire;\n\n");
    proto.append("option java_multiple_files = true;\n");
    proto.append("option java_package = \"dev.weft.xds.proto\";\n");
    Map<String, String> simple = new TreeMap<>();
    for (String name : selections.keySet()) {
      Descriptor message = messages.get(name);
      check(message != null, name + ": no such message");
      checkNames(message);
      table(message);
      if (message.getContainingType() == null) {
        String before = simple.put(message.getName(), name);
        check(before == null, name + ": has the simple name of " + before);
        message("", message);
      }
    }
    usedEnums(null).forEach(each -> enumeration("", each));
  }

  private void checkNames(Descriptor message) {
    Selection selection = selections.get(message.getFullName());
    for (Set<String> names : List.of(selection.read(), selection.refused())) {
      for (String name : names) {
        FieldDescriptor field = message.findFieldByName(name);
        check(field != null, message.getFullName() + ": has no field " + name);
        if (names == selection.read() && ofMessage(field) && !field.isMapField()) {
          String type = field.getMessageType().getFullName();
          check(selections.containsKey(type), field.getFullName() + ": " + type + " is not listed");
        }
      }
    }
  }

  private static boolean ofMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private void message(String indent, Descriptor message) {
    proto.append('\n').append(indent).append("// ").append(message.getFullName()).append('\n');
    proto.append(indent).append("message ").append(message.getName()).append(" {\n");
    String inner = indent + "  ";
    Set<OneofDescriptor> written = new LinkedHashSet<>();
    for (FieldDescriptor field : read(message)) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null) {
        field(inner, field);
      } else if (written.add(oneof)) {
        proto.append(inner).append("oneof ").append(oneof.getName()).append(" {\n");
        oneof.getFields().stream()
            .filter(read(message)::contains)
            .forEach(each -> field(inner + "  ", each));
        proto.append(inner).append("}\n");
      }
    }
    for (Descriptor nested : message.getNestedTypes()) {
      if (selections.containsKey(nested.getFullName())) {
        message(inner, nested);
      }
    }
    usedEnums(message).forEach(each -> enumeration(inner, each));
    proto.append(indent).append("}\n");
  }

  private List<FieldDescriptor> read(Descriptor message) {
    Set<String> names = selections.get(message.getFullName()).read();
    return message.getFields().stream().filter(each -> names.contains(each.getName())).toList();
  }

  private void field(String indent, FieldDescriptor field) {
    proto.append(indent);
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      proto.append("map<string, ").append(type(value)).append('>');
    } else {
      proto.append(field.isRepeated() ? "repeated " : "").append(type(field));
    }
    proto.append(' ').append(field.getName()).append(" = ").append(field.getNumber());
    proto.append(";\n");
  }

  private String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> localName(field.getMessageType());
      case ENUM -> localName(field.getEnumType());
      default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static String localName(Descriptor type) {
    Descriptor outer = type.getContainingType();
    return outer == null ? type.getName() : localName(outer) + "." + type.getName();
  }

  private static String localName(EnumDescriptor type) {
    Descriptor outer = type.getContainingType();
    return outer == null ? type.getName() : localName(outer) + "." + type.getName();
  }

  /** Enumerations declared in this message (null: in a file) that a field read is of. */
  private List<EnumDescriptor> usedEnums(Descriptor owner) {
    Set<EnumDescriptor> used =
        selections.keySet().stream()
            .flatMap(name -> read(messages.get(name)).stream())
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.ENUM)
            .map(FieldDescriptor::getEnumType)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return used.stream().filter(each -> each.getContainingType() == owner).toList();
  }

  private void enumeration(String indent, EnumDescriptor type) {
    proto.append('\n').append(indent).append("enum ").append(type.getName()).append(" {\n");
    type.getValues()
        .forEach(
            value ->
                proto
                    .append(indent + "  " + value.getName() + " = " + value.getNumber())
                    .append(";\n"));
    proto.append(indent).append("}\n");
  }

  /** Message name, then per field: number, what to do ("" read, "!" refuse, "-" ignore), name or type. */
  private void table(Descriptor message) {
    Selection selection = selections.get(message.getFullName());
    table.append(message.getFullName()).append(selection.strict() ? " strict" : "");
    for (FieldDescriptor field : message.getFields()) {
      boolean read = selection.read().contains(field.getName());
      boolean refused = selection.refused().contains(field.getName()) || selection.strict();
      table.append('\n').append(field.getNumber()).append(read ? " + " : refused ? " ! " : " - ");
      table.append(field.getName());
      if (read && ofMessage(field)) {
        table.append(' ').append(field.isMapField() ? mapType(field) : typeName(field));
      }
    }
    table.append('\n');
  }

  private String typeName(FieldDescriptor field) {
    return field.getMessageType().getFullName();
  }

  private String mapType(FieldDescriptor field) {
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    check(!ofMessage(value) || selections.containsKey(typeName(value)), field + ": not listed");
    return ofMessage(value) ? "map:" + typeName(value) : "map";
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("envoy-fields.txt: " + problem);
    }
  }

  private static void write(Path file, CharSequence text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
