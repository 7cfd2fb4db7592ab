package dev.weft.control.config.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads the documents of one file. */
public final class YamlReader {

  private final YamlLimits limits;

  public YamlReader(YamlLimits limits) {
    this.limits = limits;
  }

  /** The documents that hold anything; comments alone hold nothing. */
  public List<YamlNode> read(byte[] file) throws YamlException {
    if (file.length > limits.bytes()) {
      throw YamlException.limit(
          0, "the file has " + file.length + " bytes (expected: <= " + limits.bytes() + ")");
    }
    return read(decode(file));
  }

  private List<YamlNode> read(String text) throws YamlException {
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(limits.bytes()).build();
    List<YamlNode> documents = new ArrayList<>();
    TreeBuilder builder = new TreeBuilder(limits);
    try {
      for (Event event : new Parse(settings).parseString(text)) {
        builder.accept(event).ifPresent(documents::add);
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw YamlException.malformed(line, problem(e));
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      throw YamlException.malformed(
          line,
          String.format(
              Locale.ROOT, "the character U+%04X is not allowed in YAML", e.getCodePoint()));
    } catch (YamlEngineException e) {
      String reason = Excerpt.of(String.valueOf(e.getMessage()));
      throw YamlException.malformed(
          0, "not YAML 1.2 (" + e.getClass().getSimpleName() + ": " + reason + ")");
    }
    return documents;
  }

  private static String problem(MarkedYamlEngineException e) {
    String context = e.getContext();
    String problem = Excerpt.of(String.valueOf(e.getProblem()).replace("\t", "TAB"));
    return context == null || context.isBlank() ? problem : context + ", " + problem;
  }

  private static String decode(byte[] file) throws YamlException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    CharBuffer text = CharBuffer.allocate(file.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(bytes, text, true);
    if (result.isError()) {
      long before = text.flip().chars().filter(c -> c == '\n').count();
      throw YamlException.malformed(1 + (int) before, "the file is not UTF-8 text");
    }
    String decoded = text.flip().toString();
    return decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
  }
}
