package dev.weft.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What fields.txt says, message by message. */
record FieldList(Map<String, Selection> selections) {

  /**
   * One message.
   *
   * @param read names of the fields that are read
   * @param refused names of the fields whose presence refuses the resource
   * @param marks the words after the message: strict, written, as:Name
   */
  record Selection(Set<String> read, Set<String> refused, Set<String> marks) {

    boolean reads(FieldDescriptor field) {
      return read.contains(field.getName());
    }

    boolean refuses(FieldDescriptor field) {
      return !reads(field) && (strict() || refused.contains(field.getName()));
    }

    boolean strict() {
      return marks.contains("strict");
    }

    boolean written() {
      return marks.contains("written");
    }

    /** What its class is called, if not by the message's own name; null: it is. */
    String alias() {
      for (String mark : marks) {
        if (mark.startsWith("as:")) {
          return mark.substring("as:".length());
        }
      }
      return null;
    }
  }

  static FieldList read(Path file) throws IOException {
    Map<String, Selection> selections = new LinkedHashMap<>();
    Selection current = null;
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(line.strip().split("\\s+"));
      List<String> rest = words.subList(1, words.size());
      if (line.charAt(0) != ' ') {
        current =
            new Selection(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>(rest));
        selections.put(words.get(0), current);
      } else if (words.get(0).equals("!")) {
        current.refused().addAll(rest);
      } else {
        current.read().addAll(words);
      }
    }
    return new FieldList(selections);
  }

  Selection of(String message) {
    return selections.get(message);
  }

  static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("fields.txt: " + problem);
    }
  }
}
