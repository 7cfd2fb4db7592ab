package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/** YAML as trees of JSON, and back. */
final class Yaml {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST = 8 << 20;

  private Yaml() {}

  /**
   * Its documents; empty ones are left out.
   *
   * @throws IllegalArgumentException it is none; the message says where
   */
  static List<JsonNode> read(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(LARGEST)
            .setMaxAliasesForCollections(0)
            .setAllowDuplicateKeys(false)
            .build();
    List<JsonNode> documents = new ArrayList<>();
    try {
      for (Object each : new Load(settings).loadAllFromString(text)) {
        if (each != null) {
          documents.add(JSON.valueToTree(each));
        }
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return documents;
  }

  static String write(JsonNode document) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(1_000).build();
    return new Dump(settings, new Careful(settings))
        .dumpToString(JSON.convertValue(document, Map.class));
  }

  /** Kubernetes reads YAML 1.1, where {@code yes} and {@code 0o7} are no texts. */
  private static final class Careful extends StandardRepresenter {

    private static final Pattern AMBIGUOUS =
        Pattern.compile("(?i)y|yes|n|no|on|off|true|false|null|~|[-+.]?[0-9].*|\\.(inf|nan)");

    Careful(DumpSettings settings) {
      super(settings);
    }

    @Override
    protected Node representScalar(Tag tag, String value, ScalarStyle style) {
      boolean quoted =
          tag.equals(Tag.STR) && style == ScalarStyle.PLAIN && AMBIGUOUS.matcher(value).matches();
      return super.representScalar(tag, value, quoted ? ScalarStyle.DOUBLE_QUOTED : style);
    }
  }
}
