package dev.weft.weaver;

import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Home;
import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import dev.weft.weaver.Splice.Operand;
import dev.weft.weaver.Splice.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code META-INF/weft/hooks.idx}. One fact a line, words separated by single spaces; a line
 * belongs to the last {@code adapter}, {@code class} and {@code hook} above it:
 *
 * <pre>
 * weft-hooks 2
 * bridge   CLASS                              a class of the bridge; supertypes first
 * adapter  NAME HOME                          HOME is BOOT, PLATFORM or LIBRARY
 * guards                                      the adapter guards the process
 * starts   CLASS                              initialized when all is woven
 * requires CLASS
 * opens    MODULE/PACKAGE
 * helper   CLASS                              supertypes first
 * class    CLASS                              a hooked class
 * hook     METHOD COUNT [DESCRIPTOR...]       COUNT is -1 for any; descriptors of first parameters
 * optional METHOD COUNT [DESCRIPTOR...]       a hook whose method some versions do not have
 * enter    EFFECT POSITION CALL               POSITION is -1 unless EFFECT is ARGUMENT
 * exit     EFFECT FIELD [CALL]                FIELD is - unless EFFECT is FIELD; no CALL: SKIPPED
 * </pre>
 *
 * CALL is {@code SUPPRESSION OWNER METHOD DESCRIPTOR [OPERAND...]}, SUPPRESSION is {@code
 * suppressed} or {@code thrown}, an OPERAND is {@code this}, {@code enter}, {@code return}, {@code
 * arg:POSITION} or {@code field:NAME}. CLASS and OWNER are internal names.
 *
 * <p>This runs before the application's main class is loaded: no regular expressions, streams or
 * lambdas.
 */
public final class IndexReader {

  /** First line of an index. */
  public static final String HEADER = "weft-hooks 2";

  private final List<String> bridge = new ArrayList<>();
  private final List<Adapter> adapters = new ArrayList<>();

  private @Nullable String name;
  private Home home = Home.LIBRARY;
  private boolean guards;
  private @Nullable String starts;
  private List<String> requires = new ArrayList<>();
  private List<String> opens = new ArrayList<>();
  private List<String> helpers = new ArrayList<>();
  private List<HookedClass> classes = new ArrayList<>();

  private @Nullable String hooked;
  private List<Hook> hooks = new ArrayList<>();

  private @Nullable String method;
  private boolean optional;
  private int arguments;
  private List<String> types = new ArrayList<>();
  private @Nullable Enter enter;
  private @Nullable Exit exit;

  private IndexReader() {}

  /**
   * Reads a whole index.
   *
   * @throws IllegalArgumentException when it is not one of this version
   */
  public static HookIndex read(String text) {
    IndexReader reader = new IndexReader();
    StringTokenizer lines = new StringTokenizer(text, "\n");
    if (!lines.hasMoreTokens() || !lines.nextToken().equals(HEADER)) {
      throw new IllegalArgumentException("hook index: no header (expected: " + HEADER + ")");
    }
    while (lines.hasMoreTokens()) {
      reader.line(lines.nextToken());
    }
    reader.endAdapter();
    return new HookIndex(reader.bridge, reader.adapters);
  }

  private void line(String line) {
    StringTokenizer words = new StringTokenizer(line, " ");
    String fact = words.nextToken();
    switch (fact) {
      case "bridge" -> bridge.add(words.nextToken());
      case "adapter" -> {
        endAdapter();
        name = words.nextToken();
        home = Home.valueOf(words.nextToken());
      }
      case "guards" -> guards = true;
      case "starts" -> starts = words.nextToken();
      case "requires" -> requires.add(words.nextToken());
      case "opens" -> opens.add(words.nextToken());
      case "helper" -> helpers.add(words.nextToken());
      case "class" -> {
        endClass();
        hooked = words.nextToken();
      }
      case "hook", "optional" -> {
        endHook();
        optional = fact.equals("optional");
        method = words.nextToken();
        arguments = Integer.parseInt(words.nextToken());
        while (words.hasMoreTokens()) {
          types.add(words.nextToken());
        }
      }
      case "enter" -> {
        Entering effect = Entering.valueOf(words.nextToken());
        enter = new Enter(effect, Integer.parseInt(words.nextToken()), call(words));
      }
      case "exit" -> {
        Leaving effect = Leaving.valueOf(words.nextToken());
        String field = words.nextToken();
        exit =
            new Exit(
                effect,
                effect == Leaving.FIELD ? field : "",
                effect == Leaving.SKIPPED ? null : call(words));
      }
      default -> throw new IllegalArgumentException("hook index: unknown line: " + line);
    }
  }

  private static Call call(StringTokenizer words) {
    boolean suppressed = words.nextToken().equals("suppressed");
    String owner = words.nextToken();
    String method = words.nextToken();
    String descriptor = words.nextToken();
    List<Operand> operands = new ArrayList<>();
    while (words.hasMoreTokens()) {
      operands.add(operand(words.nextToken()));
    }
    return new Call(owner, method, descriptor, operands, suppressed);
  }

  private static Operand operand(String word) {
    if (word.startsWith("arg:")) {
      return Operand.argument(Integer.parseInt(word.substring("arg:".length())));
    }
    if (word.startsWith("field:")) {
      return Operand.field(word.substring("field:".length()));
    }
    return switch (word) {
      case "this" -> Operand.of(Source.THIS);
      case "enter" -> Operand.of(Source.ENTER);
      case "return" -> Operand.of(Source.RETURN);
      default -> throw new IllegalArgumentException("hook index: unknown operand: " + word);
    };
  }

  private void endAdapter() {
    endClass();
    if (name != null) {
      adapters.add(new Adapter(name, home, guards, starts, requires, opens, helpers, classes));
    }
    name = null;
    guards = false;
    starts = null;
    requires = new ArrayList<>();
    opens = new ArrayList<>();
    helpers = new ArrayList<>();
    classes = new ArrayList<>();
  }

  private void endClass() {
    endHook();
    if (hooked != null) {
      classes.add(new HookedClass(hooked, hooks));
    }
    hooked = null;
    hooks = new ArrayList<>();
  }

  private void endHook() {
    if (method != null) {
      hooks.add(new Hook(method, arguments, types, optional, new Splice(enter, exit)));
    }
    method = null;
    types = new ArrayList<>();
    enter = null;
    exit = null;
  }
}
