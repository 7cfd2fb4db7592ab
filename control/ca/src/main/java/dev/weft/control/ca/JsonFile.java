package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Records in one text of a store: one JSON object with one list.
 *
 * @param name of the file; the list has the name before the dot
 */
record JsonFile<T>(StateStore store, String name, Form<T> form) {

  /** How a record is written as an object of JSON; reading throws what it likes. */
  interface Form<T> {
    Map<String, Object> write(T record);

    T read(Map<String, Object> object) throws ParseException;
  }

  private String list() {
    return name.substring(0, name.indexOf('.'));
  }

  /** Empty where there is no file yet. */
  List<T> read() throws IOException {
    Optional<String> text = store.read(name);
    List<T> records = new ArrayList<>();
    if (text.isPresent()) {
      try {
        Map<String, Object> whole = JSONObjectUtils.parse(text.get());
        Map<String, Object>[] objects = JSONObjectUtils.getJSONObjectArray(whole, list());
        if (objects == null) {
          throw new ParseException("no " + list(), 0);
        }
        for (Map<String, Object> object : objects) {
          records.add(form.read(object));
        }
      } catch (ParseException | RuntimeException e) {
        throw new IOException(
            store.place(name)
                + " is damaged: "
                + e.getMessage()
                + " (expected: what this service wrote; restore it from a backup)",
            e);
      }
    }
    return records;
  }

  void write(List<T> records) throws IOException {
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put(list(), records.stream().map((Function<T, Object>) form::write).toList());
    store.write(name, JSONObjectUtils.toJSONString(whole) + "\n");
  }
}
