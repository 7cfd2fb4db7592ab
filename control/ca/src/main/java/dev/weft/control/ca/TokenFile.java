package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
 * Which tokens were made, and which of them are revoked: {@code tokens.json}. The command line
 * changes it while the service runs, so every look is at the file as it is now.
 */
final class TokenFile implements JsonFile.Form<JoinToken> {

  private static final String NAME = "tokens.json";

  private final StateFolder folder;
  private final JsonFile<JoinToken> file;
  private volatile Known known = new Known(null, Set.of());

  /** Which file was read, and who is revoked there. */
  private record Known(@Nullable Stamp stamp, Set<String> revoked) {}

  /** A file that was moved into place differs in one of these. */
  private record Stamp(@Nullable Object key, Object modified, long size) {}

  TokenFile(StateFolder folder) {
    this.folder = folder;
    this.file = new JsonFile<>(folder, NAME, this);
  }

  List<JoinToken> list() throws IOException {
    return file.read();
  }

  void change(UnaryOperator<List<JoinToken>> change) throws IOException {
    folder.exclusively(
        () -> {
          List<JoinToken> changed = change.apply(new ArrayList<>(file.read()));
          file.write(changed);
          return changed;
        });
  }

  /**
   * Whether a token is revoked, as the file says now.
   *
   * @throws IOException where it cannot be told
   */
  boolean isRevoked(String id) throws IOException {
    Stamp now = stamp();
    Known seen = known;
    if (now == null ? seen.stamp != null : !now.equals(seen.stamp)) {
      Set<String> revoked =
          list().stream()
              .filter(token -> token.revoked() != null)
              .map(JoinToken::id)
              .collect(Collectors.toUnmodifiableSet());
      seen = new Known(now, revoked);
      known = seen;
    }
    return seen.revoked.contains(id);
  }

  private @Nullable Stamp stamp() throws IOException {
    Path path = folder.file(NAME);
    try {
      BasicFileAttributes it = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(it.fileKey(), it.lastModifiedTime(), it.size());
    } catch (NoSuchFileException e) {
      if (known.stamp != null) {
        throw new IOException(path + " is gone (expected: which tokens are revoked)", e);
      }
      return null;
    }
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
        revoked == null ? null : Instant.parse(revoked));
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
