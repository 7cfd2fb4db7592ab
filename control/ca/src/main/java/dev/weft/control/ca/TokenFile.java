package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens were made, how often those were used that may not be always, and which are revoked:
 * {@code tokens.json}. The command line changes it while the service runs, so every look is at what
 * is there now.
 */
final class TokenFile implements JsonFile.Form<JoinToken> {

  private static final String NAME = "tokens.json";

  private final StateStore store;
  private final JsonFile<JoinToken> file;
  private volatile Known known = new Known(null, Set.of(), false);

  /**
   * Who is revoked.
   *
   * @param stamp of what was read; null: nothing was yet
   * @param any whether there was anything to read
   */
  private record Known(@Nullable Object stamp, Set<String> revoked, boolean any) {}

  TokenFile(StateStore store) {
    this.store = store;
    this.file = new JsonFile<>(store, NAME, this);
  }

  List<JoinToken> list() throws IOException {
    return file.read();
  }

  void change(UnaryOperator<List<JoinToken>> change) throws IOException {
    store.exclusively(
        () -> {
          List<JoinToken> changed = change.apply(new ArrayList<>(file.read()));
          file.write(changed);
          return changed;
        });
  }

  /** Within a change of the store. */
  void replace(List<JoinToken> tokens) throws IOException {
    file.write(tokens);
  }

  /**
   * Whether a token is revoked, as the store is known to say.
   *
   * @throws IOException where it cannot be told
   */
  boolean isRevoked(String id) throws IOException {
    Object now = store.stamp(NAME);
    Known seen = known;
    if (!now.equals(seen.stamp)) {
      seen = read(now);
    }
    return seen.revoked.contains(id);
  }

  /** Has it be known what the store says at this moment. */
  void reread() throws IOException {
    read(known.stamp);
  }

  private Known read(@Nullable Object stamp) throws IOException {
    boolean any = store.read(NAME).isPresent();
    if (known.any && !any) {
      throw new IOException(store.place(NAME) + " is gone (expected: which tokens are revoked)");
    }
    Set<String> revoked =
        list().stream()
            .filter(token -> token.revoked() != null)
            .map(JoinToken::id)
            .collect(Collectors.toUnmodifiableSet());
    Known read = new Known(stamp, revoked, any);
    known = read;
    return read;
  }

  @Override
  public Map<String, Object> write(JoinToken token) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", token.id());
    object.put("subject", token.subject().toString());
    object.put("services", List.copyOf(token.services()));
    object.put("issued", token.issued().toString());
    object.put("expires", token.expires().toString());
    if (token.revoked() != null) {
      object.put("revoked", token.revoked().toString());
    }
    if (token.uses() > 0) {
      object.put("uses", token.uses());
      object.put("used", token.used());
    }
    return object;
  }

  @Override
  public JoinToken read(Map<String, Object> object) throws ParseException {
    String revoked = JSONObjectUtils.getString(object, "revoked");
    return new JoinToken(
        text(object, "id"),
        SpiffeId.parse(text(object, "subject")),
        services(object),
        Instant.parse(text(object, "issued")),
        Instant.parse(text(object, "expires")),
        revoked == null ? null : Instant.parse(revoked),
        number(object, "uses"),
        number(object, "used"));
  }

  /** 0 where it is not there. */
  private static int number(Map<String, Object> object, String field) throws ParseException {
    int number = object.containsKey(field) ? JSONObjectUtils.getInt(object, field) : 0;
    if (number < 0) {
      throw new ParseException(field + ": " + number, 0);
    }
    return number;
  }

  static String text(Map<String, Object> object, String field) throws ParseException {
    String text = JSONObjectUtils.getString(object, field);
    if (text == null) {
      throw new ParseException("no " + field, 0);
    }
    return text;
  }

  static Set<String> services(Map<String, Object> object) throws ParseException {
    List<String> services = JSONObjectUtils.getStringList(object, "services");
    if (services == null) {
      throw new ParseException("no services", 0);
    }
    return Set.copyOf(services);
  }
}
