package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads {@link InjectionRules} from YAML. What is not said is as in {@link InjectionRules#DEFAULT};
 * what nobody knows is refused, for a misspelt rule would hold silently otherwise.
 */
public final class RulesReader {

  private static final Set<String> KEYS =
      Set.of(
          "revision",
          "control",
          "trustDomain",
          "tokenAudience",
          "tokenExpirationSeconds",
          "image",
          "agentImage",
          "imagePullPolicy",
          "delivery",
          "optionsVariable",
          "failMode",
          "prometheus",
          "resources",
          "settings",
          "excludedNamespaces");

  private static final Pattern REVISION = Pattern.compile("|[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?");
  private static final Pattern CONTROL = Pattern.compile("[A-Za-z0-9.-]+:[0-9]{1,5}");
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]+");
  private static final Pattern VARIABLE = Pattern.compile("(WEFT|OTEL)_[A-Z0-9_]+");
  private static final Pattern WORDS = Pattern.compile("\\S+");

  /** The API server's least. */
  private static final long SHORTEST_TOKEN = 600;

  private static final long LONGEST_TOKEN = 1L << 32;

  private final ObjectNode root;

  private RulesReader(ObjectNode root) {
    this.root = root;
  }

  /**
   * @param yaml one document
   * @throws RulesException something in it is wrong
   */
  public static InjectionRules read(String yaml) throws RulesException {
    List<JsonNode> documents;
    try {
      documents = Yaml.read(yaml);
    } catch (IllegalArgumentException e) {
      throw new RulesException("no YAML: " + e.getMessage());
    }
    if (documents.isEmpty()) {
      return InjectionRules.DEFAULT;
    }
    if (documents.size() > 1 || !(documents.get(0) instanceof ObjectNode root)) {
      throw new RulesException(
          documents.size() > 1
              ? documents.size() + " documents (expected: one)"
              : "no mapping (expected: keys and values)");
    }
    return new RulesReader(root).rules();
  }

  private InjectionRules rules() throws RulesException {
    for (Map.Entry<String, JsonNode> each : root.properties()) {
      if (!KEYS.contains(each.getKey())) {
        throw new RulesException(
            each.getKey() + ": unknown (expected: one of " + new TreeSet<>(KEYS) + ")");
      }
    }
    InjectionRules unsaid = InjectionRules.DEFAULT;
    return new InjectionRules(
        text("revision", unsaid.revision(), REVISION, "a DNS label of at most 50 characters"),
        text("control", unsaid.control(), CONTROL, "host:port"),
        text("trustDomain", unsaid.trustDomain(), DOMAIN, "lower case letters, digits, . - _"),
        new InjectionRules.Token(
            text("tokenAudience", unsaid.token().audience(), WORDS, "a word"), tokenSeconds()),
        new InjectionRules.Images(
            text("image", unsaid.images().tools(), WORDS, "an image"),
            text("agentImage", unsaid.images().agent(), WORDS, "an image"),
            one(
                "imagePullPolicy",
                unsaid.images().pullPolicy(),
                "Always",
                "IfNotPresent",
                "Never")),
        delivery(),
        InjectionRules.OptionsVariable.valueOf(
            one("optionsVariable", "JAVA_TOOL_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")),
        one("failMode", unsaid.failMode(), "closed", "open"),
        isOn("prometheus")
            ? InjectionRules.Prometheus.ANNOTATED
            : InjectionRules.Prometheus.LEFT_ALONE,
        resources(),
        settings(),
        excluded());
  }

  private String text(String key, String unsaid, Pattern form, String expected)
      throws RulesException {
    JsonNode found = root.path(key);
    if (found.isMissingNode() || found.isNull()) {
      return unsaid;
    }
    if (!found.isTextual() || !form.matcher(found.textValue()).matches()) {
      throw wrong(key, found, expected);
    }
    return found.textValue();
  }

  private String one(String key, String unsaid, String... words) throws RulesException {
    String found = text(key, unsaid, WORDS, String.join(" or ", words));
    if (!List.of(words).contains(found)) {
      throw wrong(key, root.path(key), String.join(" or ", words));
    }
    return found;
  }

  private InjectionRules.Delivery delivery() throws RulesException {
    String word =
        one(
            "delivery",
            InjectionRules.Delivery.INIT_CONTAINER.word(),
            InjectionRules.Delivery.INIT_CONTAINER.word(),
            InjectionRules.Delivery.IMAGE_VOLUME.word(),
            InjectionRules.Delivery.AUTO.word());
    for (InjectionRules.Delivery each : InjectionRules.Delivery.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalStateException(word);
  }

  private long tokenSeconds() throws RulesException {
    JsonNode found = root.path("tokenExpirationSeconds");
    if (found.isMissingNode() || found.isNull()) {
      return InjectionRules.DEFAULT.token().seconds();
    }
    if (!found.isIntegralNumber()
        || found.longValue() < SHORTEST_TOKEN
        || found.longValue() > LONGEST_TOKEN) {
      throw wrong("tokenExpirationSeconds", found, SHORTEST_TOKEN + " to " + LONGEST_TOKEN);
    }
    return found.longValue();
  }

  private boolean isOn(String key) throws RulesException {
    JsonNode found = root.path(key);
    if (!found.isMissingNode() && !found.isNull() && !found.isBoolean()) {
      throw wrong(key, found, "true or false");
    }
    return found.asBoolean(true);
  }

  private ObjectNode resources() throws RulesException {
    JsonNode found = root.path("resources");
    if (found.isMissingNode() || found.isNull()) {
      return InjectionRules.DEFAULT.resources();
    }
    if (!(found instanceof ObjectNode resources)) {
      throw wrong("resources", found, "requests and limits, as of a container");
    }
    for (Map.Entry<String, JsonNode> each : resources.properties()) {
      if (!Set.of("requests", "limits").contains(each.getKey()) || !each.getValue().isObject()) {
        throw wrong("resources." + each.getKey(), each.getValue(), "requests or limits");
      }
    }
    return resources;
  }

  private Map<String, String> settings() throws RulesException {
    Map<String, String> settings = new LinkedHashMap<>();
    JsonNode found = root.path("settings");
    if (!found.isMissingNode() && !found.isNull() && !found.isObject()) {
      throw wrong("settings", found, "WEFT_* or OTEL_* variables");
    }
    for (Map.Entry<String, JsonNode> each : found.properties()) {
      String key = "settings." + each.getKey();
      if (!VARIABLE.matcher(each.getKey()).matches()) {
        throw wrong(key, each.getValue(), "WEFT_* or OTEL_*");
      }
      if (!each.getValue().isTextual()) {
        throw wrong(key, each.getValue(), "text; a number in quotes");
      }
      settings.put(each.getKey(), each.getValue().textValue());
    }
    return settings;
  }

  private Set<String> excluded() throws RulesException {
    JsonNode found = root.path("excludedNamespaces");
    if (found.isMissingNode() || found.isNull()) {
      return InjectionRules.DEFAULT.excludedNamespaces();
    }
    Set<String> names = new TreeSet<>();
    for (JsonNode each : found) {
      names.add(each.asText());
    }
    if (!found.isArray() || !names.stream().allMatch(name -> WORDS.matcher(name).matches())) {
      throw wrong("excludedNamespaces", found, "a list of names");
    }
    return names;
  }

  private static RulesException wrong(String key, JsonNode found, String expected) {
    return new RulesException(key + ": " + found + " (expected: " + expected + ")");
  }
}
