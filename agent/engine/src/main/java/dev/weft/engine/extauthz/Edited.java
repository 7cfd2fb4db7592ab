package dev.weft.engine.extauthz;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.extauthz.AuthorizationService.Mutation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;

/**
 * A request's head, copied, because the server may reuse its headers while we wait; and what
 * providers make of it, one after the other.
 */
public final class Edited {

  /** What belongs to a message or to a connection, and is nobody's to edit. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private final RequestHead head;
  private final List<Entry<String, String>> headers = new ArrayList<>();
  private final Set<String> touched = new LinkedHashSet<>();

  public Edited(RequestHead head) {
    head.headers()
        .each((name, value) -> headers.add(Map.entry(name.toLowerCase(Locale.ROOT), value)));
    this.head =
        new RequestHead(
            head.library(),
            head.method(),
            head.scheme(),
            head.authority(),
            head.target(),
            Headers.of(headers));
  }

  /** As it is now. */
  public RequestHead head() {
    return head;
  }

  /** By name in lower case, several of one name joined, as Envoy joins them. */
  public Map<String, String> joined() {
    Map<String, String> joined = new LinkedHashMap<>();
    for (Entry<String, String> header : headers) {
      String separator = header.getKey().equals("cookie") ? "; " : ",";
      joined.merge(header.getKey(), header.getValue(), (all, next) -> all + separator + next);
    }
    return joined;
  }

  /** What the application's request needs, to be like this. */
  public HeaderEdits edits() {
    if (touched.isEmpty()) {
      return HeaderEdits.NONE;
    }
    List<Entry<String, String>> now =
        headers.stream().filter(header -> touched.contains(header.getKey())).toList();
    return new HeaderEdits(List.copyOf(touched), List.of(), now);
  }

  /** Whether the name belongs to a message or to a connection. */
  static boolean isFraming(String name) {
    return FRAMING.contains(name);
  }

  /** What cannot be done of this; empty: all of it can. */
  public static String problem(List<Mutation> mutations, List<String> remove) {
    for (Mutation each : mutations) {
      String name = each.name();
      if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
        return "it wants to change " + printable(name) + ", which is the application's";
      }
      if (!isToken(name)) {
        return "it wants to change \"" + printable(name) + "\" (expected: the name of a header)";
      }
      if (!isSafe(each.value())) {
        return "its " + printable(name) + " has control characters";
      }
    }
    for (String name : remove) {
      if (!name.startsWith(":") && !isToken(name)) {
        return "it wants to remove \"" + printable(name) + "\" (expected: the name of a header)";
      }
    }
    return "";
  }

  /** Whether it can be sent as a header. */
  public static boolean isHeader(Entry<String, String> header) {
    return isToken(header.getKey()) && isSafe(header.getValue());
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isAlphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
      if (!isAlphanumeric && TOKEN.indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isSafe(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Does it. As Envoy, several of a kind in their order, and what is removed last. */
  public void apply(List<Mutation> mutations, List<String> remove) {
    for (Mutation each : mutations) {
      String name = each.name().toLowerCase(Locale.ROOT);
      if (!isFraming(name)) {
        apply(each, name);
      }
    }
    for (String each : remove) {
      String name = each.toLowerCase(Locale.ROOT);
      // As Envoy: neither pseudo-headers nor the host can be removed.
      if (!name.startsWith(":") && !name.equals("host") && !isFraming(name)) {
        remove(name);
      }
    }
  }

  private void apply(Mutation mutation, String name) {
    boolean isThere = headers.stream().anyMatch(header -> header.getKey().equals(name));
    switch (mutation.kind()) {
      case ADD -> add(name, mutation.value());
      case SET -> {
        remove(name);
        add(name, mutation.value());
      }
      case APPEND_IF_PRESENT -> {
        if (isThere) {
          add(name, mutation.value());
        }
      }
      case ADD_IF_ABSENT -> {
        if (!isThere) {
          add(name, mutation.value());
        }
      }
      case OVERWRITE_IF_PRESENT -> {
        if (isThere) {
          remove(name);
          add(name, mutation.value());
        }
      }
    }
  }

  private void add(String name, String value) {
    touched.add(name);
    headers.add(Map.entry(name, value));
  }

  private void remove(String name) {
    touched.add(name);
    headers.removeIf(header -> header.getKey().equals(name));
  }
}
