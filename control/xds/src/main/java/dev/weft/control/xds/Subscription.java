package dev.weft.control.xds;

import dev.weft.control.xds.resource.ResourceType;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one stream wants of one type, and what it was told. Guarded by its stream. */
final class Subscription {

  static final String EVERY_NAME = "*";

  /** The version under which it was told that a resource does not exist. */
  static final String ABSENT = "";

  final ResourceType type;

  /** Names that the client asked for; {@link #EVERY_NAME} among them stands for all. */
  final Set<String> asked = new HashSet<>();

  /**
   * Names that follow from the listeners asked for; only ever filled for those who take bundles.
   */
  Set<String> implied = Set.of();

  /** Versions by name: what the client has, as far as it said or was told. */
  final Map<String, String> told = new HashMap<>();

  /** Names whose version may have changed since. */
  final Set<String> dirty = new LinkedHashSet<>();

  /** Names to take back once nothing that the client holds refers to them. */
  final Set<String> removals = new LinkedHashSet<>();

  /** The next response is due even if it has no resource. */
  boolean answerDue;

  /** The nonce of the last response; empty before the first. */
  String lastNonce = "";

  /** The version of the last response; empty before the first. */
  String lastVersion = "";

  private boolean requested;

  @Nullable Unanswered unanswered;
  @Nullable Acknowledged acknowledged;
  @Nullable Rejection rejection;

  /** A response that was sent and neither acknowledged nor refused yet. */
  record Unanswered(String nonce, String version, List<String> names, Instant at) {}

  /** The last response that the client took. */
  record Acknowledged(String version, Instant at) {}

  Subscription(ResourceType type) {
    this.type = type;
  }

  boolean wantsAll() {
    return asked.contains(EVERY_NAME);
  }

  boolean wants(String name) {
    return asked.contains(name) || implied.contains(name) || wantsAll();
  }

  /** A name, or {@link #EVERY_NAME}, may have changed. */
  void changed(String name, Catalog now) {
    if (name.equals(EVERY_NAME)) {
      dirty.addAll(now.all(type));
      dirty.addAll(told.keySet());
    } else {
      dirty.add(name);
    }
  }

  boolean hasUnsent() {
    return answerDue || !dirty.isEmpty();
  }

  /** Whether the client has not asked for this type before; the server may have offered it. */
  boolean firstRequest() {
    boolean first = !requested;
    requested = true;
    return first;
  }

  boolean wasRequested() {
    return requested;
  }

  void sent(Unanswered response) {
    unanswered = response;
    lastNonce = response.nonce;
    lastVersion = response.version;
    answerDue = false;
  }

  /** Whether the nonce was that of the response that is unanswered. */
  boolean answered(String nonce, @Nullable String refusal, Instant now) {
    Unanswered response = unanswered;
    if (response == null || !response.nonce.equals(nonce)) {
      return false;
    }
    unanswered = null;
    if (refusal == null) {
      acknowledged = new Acknowledged(response.version, now);
      rejection = null;
    } else {
      rejection = new Rejection(refusal, response.names, now);
    }
    return true;
  }
}
