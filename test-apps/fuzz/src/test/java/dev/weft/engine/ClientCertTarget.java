package dev.weft.engine;

import dev.weft.bridge.Headers;
import dev.weft.engine.Hearsay.Source;
import dev.weft.engine.config.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Nobody without proof gets to say who the caller is, however the header's name is spelled; and
 * what the mesh says itself is read as the two identities that it wrote, and nothing else.
 */
public final class ClientCertTarget {

  private ClientCertTarget() {}

  /**
   * @param input lines: our identity, the caller's, and then names of headers
   */
  public static void fuzzerTestOneInput(byte[] input) {
    String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", -1);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 2; i < lines.length; i++) {
      headers.add(Map.entry(lines[i], "By=a;URI=spiffe://b/ns/c/sa/d"));
    }
    for (Source source : List.of(Source.STRANGER, Source.MEMBER)) {
      hides(Headers.of(headers), source);
    }
    if (lines.length > 1) {
      writes(lines[0], lines[1]);
    }
  }

  private static void hides(Headers headers, Source source) {
    Set<String> removed = new HashSet<>(Hearsay.names(headers, source));
    headers.each(
        (name, value) -> {
          boolean visible = !removed.contains(name);
          if (visible && isClientCert(name)) {
            throw new AssertionError("visible to the application: '" + name + "' of " + source);
          }
          if (visible != (Hearsay.without(headers, source).first(name) != null)) {
            throw new AssertionError("seen by policies or by the application alone: " + name);
          }
        });
  }

  /** As generous as servers and frameworks are with names. */
  private static boolean isClientCert(String name) {
    return name.trim().replace('_', '-').toLowerCase(Locale.ROOT).equals(ForwardedClientCert.NAME);
  }

  private static void writes(String own, String peer) {
    SpiffeId self;
    SpiffeId caller;
    try {
      self = SpiffeId.parse(own);
      caller = SpiffeId.parse(peer);
    } catch (IllegalArgumentException e) {
      return; // no certificate proves that
    }
    List<String> expected = List.of("By=" + own, "URI=" + peer);
    List<String> read = read(ForwardedClientCert.of(self, caller));
    if (!read.equals(expected)) {
      throw new AssertionError("read as " + read + " (expected: " + expected + ")");
    }
  }

  /** The pairs of all elements, as Envoy's documentation describes the header. */
  private static List<String> read(String header) {
    List<String> pairs = new ArrayList<>();
    StringBuilder pair = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c < ' ' || c > '~') {
        throw new AssertionError("a character that headers do not have: " + (int) c);
      }
      quoted ^= c == '"';
      if (!quoted && (c == ';' || c == ',')) {
        pairs.add(c == ';' ? pair.toString() : pair + ",");
        pair.setLength(0);
      } else {
        pair.append(c);
      }
    }
    pairs.add(pair.toString());
    return pairs;
  }
}
