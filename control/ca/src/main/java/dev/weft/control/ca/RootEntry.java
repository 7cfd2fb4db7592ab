package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A root besides the one that signs.
 *
 * @param since when it came into this state
 * @param safe when the next step is due: before that, certificates may be in use that rest on what
 *     it would end
 * @param root with its key, of the next one alone
 * @param link what followed it, signed by it; null for the next one
 */
record RootEntry(
    State state,
    X509Certificate certificate,
    Instant since,
    Instant safe,
    @Nullable Root root,
    @Nullable X509Certificate link) {

  /** What becomes of a root besides signing. */
  enum State {
    /** Believed, and has signed nothing yet. */
    NEXT,
    /** Has signed, and is believed still. */
    PREVIOUS,
    /** Believed no more; tokens that name it find the control service by its link. */
    FORMER
  }

  /** The key is not for a log. */
  @Override
  public String toString() {
    return state + " root since " + since;
  }

  /** In JSON. */
  static final class Form implements JsonFile.Form<RootEntry> {

    @Override
    public Map<String, Object> write(RootEntry entry) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("state", entry.state.name().toLowerCase(Locale.ROOT));
      object.put("since", entry.since.toString());
      object.put("safe", entry.safe.toString());
      object.put("pem", entry.root == null ? Pem.write(entry.certificate) : entry.root.pem());
      if (entry.link != null) {
        object.put("link", Pem.write(entry.link));
      }
      return object;
    }

    @Override
    public RootEntry read(Map<String, Object> object) throws ParseException {
      State state = State.valueOf(TokenFile.text(object, "state").toUpperCase(Locale.ROOT));
      String pem = TokenFile.text(object, "pem");
      String link = JSONObjectUtils.getString(object, "link");
      try {
        return new RootEntry(
            state,
            Pem.certificate(pem),
            Instant.parse(TokenFile.text(object, "since")),
            Instant.parse(TokenFile.text(object, "safe")),
            state == State.NEXT ? Root.read(pem) : null,
            link == null ? null : Pem.certificate(link));
      } catch (GeneralSecurityException e) {
        throw new ParseException(e.getMessage(), 0);
      }
    }
  }
}
