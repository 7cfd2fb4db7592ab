package dev.weft.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The agent's settings: a system property goes over an environment variable, which goes over the
 * file. A wrong one never stops the application: it is one line that names the setting, the value,
 * what was expected and what is taken instead.
 */
final class Settings {

  /** The file, in the format of {@link Properties}. */
  static final String FILE = "weft.configuration.file";

  private static final String INSTRUMENTATION = "weft.instrumentation.";

  private final Map<String, String> properties;
  private final Map<String, String> variables;
  private final Map<String, String> file;
  private final List<String> problems = new ArrayList<>();
  // By identity: hashing records would spin method handles, before the application's main.
  private final IdentityHashMap<Setting<?>, Object> values = new IdentityHashMap<>();

  private Settings(Map<String, String> properties, Map<String, String> variables) {
    this.properties = properties;
    this.variables = variables;
    this.file = readFile();
    for (Setting<?> setting : Setting.ALL) {
      parse(setting);
    }
    rejectUnknown();
  }

  static Settings read(Map<String, String> properties, Map<String, String> variables) {
    return new Settings(properties, variables);
  }

  /** From the JVM's own properties and environment. */
  static Settings read() {
    Map<String, String> properties = new HashMap<>();
    Properties system = System.getProperties();
    for (String name : system.stringPropertyNames()) {
      properties.put(name, system.getProperty(name));
    }
    return read(properties, System.getenv());
  }

  @SuppressWarnings("unchecked") // put there by parse(), by the setting's own parser
  <T> T get(Setting<T> setting) {
    return (T) Objects.requireNonNull(values.get(setting), setting.name());
  }

  /** One line for each wrong setting; empty when all is well. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Whether this library may be woven: {@code weft.instrumentation.<name>.enabled}.
   *
   * @param initial whether it is when nothing is set
   */
  boolean weaves(String library, boolean initial) {
    String name = INSTRUMENTATION + library + ".enabled";
    String text = text(name);
    return initial ? !"false".equals(text) : "true".equals(text);
  }

  /** Whether this process is to have an identity. */
  boolean identified() {
    return get(Setting.TOKEN).isPresent() || get(Setting.TOKEN_FILE).isPresent();
  }

  /** The service's name: {@code OTEL_SERVICE_NAME}, else {@code service.name}. */
  Optional<String> serviceName() {
    String name = otel("otel.service.name");
    return Optional.ofNullable(name == null ? resourceAttributes().get("service.name") : name);
  }

  /** {@code OTEL_RESOURCE_ATTRIBUTES}, percent-decoded. */
  Map<String, String> resourceAttributes() {
    Map<String, String> attributes = new HashMap<>();
    String text = otel("otel.resource.attributes");
    for (String pair : text == null ? new String[0] : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = pair.substring(equals + 1).strip();
        attributes.put(pair.substring(0, equals).strip(), decoded(value));
      }
    }
    return attributes;
  }

  /** A setting of OpenTelemetry's, by its property name; null or blank: not set. */
  @Nullable String otel(String name) {
    String text = properties.getOrDefault(name, variables.get(Setting.variable(name)));
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static String decoded(String value) {
    try {
      // The specification's percent-encoding has no '+' for a blank.
      return java.net.URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value; // not encoded at all: taken as it is
    }
  }

  private <T> void parse(Setting<T> setting) {
    String text = text(setting.name());
    if (text == null) {
      values.put(setting, setting.parser().parse(setting.initial()));
      return;
    }
    try {
      values.put(setting, setting.parser().parse(text));
    } catch (IllegalArgumentException e) {
      values.put(setting, setting.parser().parse(setting.instead()));
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: \"%s\" (expected: %s); %s",
              source(setting.name()),
              text,
              setting.expected(),
              setting.instead().isEmpty()
                  ? "going on without it"
                  : "taking \"" + setting.instead() + "\""));
    }
  }

  private @Nullable String text(String name) {
    String text = properties.get(name);
    if (text == null) {
      text = variables.get(Setting.variable(name));
    }
    if (text == null) {
      text = file.get(name);
    }
    return text == null || text.isBlank() ? null : text.strip();
  }

  private String source(String name) {
    if (properties.containsKey(name)) {
      return name;
    }
    return variables.containsKey(Setting.variable(name)) ? Setting.variable(name) : name;
  }

  private Map<String, String> readFile() {
    String path = properties.getOrDefault(FILE, variables.get(Setting.variable(FILE)));
    if (path == null || path.isBlank()) {
      return Map.of();
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(path.strip()))) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: \"%s\" (expected: a readable .properties file): %s",
              source(FILE),
              path,
              e));
    }
    Map<String, String> entries = new HashMap<>();
    for (String name : read.stringPropertyNames()) {
      entries.put(name, read.getProperty(name));
    }
    return entries;
  }

  private void rejectUnknown() {
    Set<String> names = new TreeSet<>();
    Set<String> upper = new TreeSet<>();
    Setting.ALL.forEach(setting -> names.add(setting.name()));
    names.add(FILE);
    names.forEach(name -> upper.add(Setting.variable(name)));
    for (Map<String, String> source : List.of(properties, file)) {
      for (String name : new TreeSet<>(source.keySet())) {
        if (name.startsWith("weft.") && !name.startsWith(INSTRUMENTATION)) {
          reject(name, names);
        }
      }
    }
    for (String name : new TreeSet<>(variables.keySet())) {
      if (name.startsWith("WEFT_") && !name.startsWith(Setting.variable(INSTRUMENTATION))) {
        reject(name, upper);
      }
    }
  }

  private void reject(String name, Set<String> known) {
    if (known.contains(name)) {
      return;
    }
    String nearest = known.iterator().next();
    for (String candidate : known) {
      if (distance(name, candidate) < distance(name, nearest)) {
        nearest = candidate;
      }
    }
    problems.add(name + ": no such setting (nearest: " + nearest + ")");
  }

  /** Levenshtein's, case ignored. */
  private static int distance(String one, String two) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = two.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
