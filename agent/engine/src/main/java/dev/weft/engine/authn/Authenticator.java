package dev.weft.engine.authn;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.TokenRule;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The rules for tokens, compiled. A request passes without a token, or where one rule believes all
 * that it looks at, and each other token is believed by a rule that looks at it.
 */
public final class Authenticator {

  private static final int MOST_TOKENS = 10;
  private static final long MILLIS = 1000;

  private final List<Verifier> verifiers;
  private final List<Place> places;
  private final InstantSource clock;
  private final Outcome nobody;

  public Authenticator(List<TokenRule> config, InstantSource clock) {
    this.clock = clock;
    this.verifiers = config.stream().map(Verifier::new).toList();
    this.places =
        verifiers.stream()
            .flatMap(each -> each.places().stream())
            .distinct()
            .sorted(Place.ORDER)
            .toList();
    List<String> headers = verifiers.stream().flatMap(it -> it.headers().stream()).toList();
    this.nobody = new Outcome(null, Claims.NONE, new HeaderEdits(headers, List.of(), List.of()));
  }

  /**
   * Who asks.
   *
   * @param refusal why the request must not be served; null: it may
   * @param edits what the application sees in its headers
   */
  public record Outcome(@Nullable TokenStatus refusal, Claims claims, HeaderEdits edits) {}

  public Outcome authenticate(RequestHead head) {
    if (isPreflight(head)) {
      return nobody; // browsers send no token with it
    }
    List<Presented> tokens = tokens(head);
    if (tokens.isEmpty()) {
      return nobody;
    }
    return tokens.size() > MOST_TOKENS ? refused(TokenStatus.TOO_MANY) : judge(tokens);
  }

  private static boolean isPreflight(RequestHead head) {
    return head.method().equals("OPTIONS")
        && isGiven(head.headers(), "origin")
        && isGiven(head.headers(), "access-control-request-method");
  }

  private static boolean isGiven(Headers headers, String name) {
    String value = headers.first(name);
    return value != null && !value.isEmpty();
  }

  private List<Presented> tokens(RequestHead head) {
    List<Presented> tokens = new ArrayList<>(1);
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      place.find(head, text -> tokens.add(new Presented(text, place)));
    }
    return tokens;
  }

  private Outcome judge(List<Presented> tokens) {
    long now = clock.millis() / MILLIS;
    @Nullable TokenStatus[] problems = new TokenStatus[tokens.size()];
    boolean[] believed = new boolean[tokens.size()];
    Claims claims = null;
    HeaderEdits edits = nobody.edits;
    for (int r = 0; r < verifiers.size(); r++) {
      Verifier verifier = verifiers.get(r);
      VerifiedToken first = null;
      boolean all = true;
      for (int i = 0; i < tokens.size(); i++) {
        if (!verifier.places().contains(tokens.get(i).place())) {
          continue;
        }
        Judgement judgement = verifier.judge(tokens.get(i), now);
        if (judgement instanceof VerifiedToken verified) {
          believed[i] = true;
          first = first == null ? verified : first;
        } else if (judgement instanceof TokenStatus problem) {
          all = false;
          problems[i] = worse(problems[i], problem);
        }
      }
      if (all && first != null) {
        claims = claims == null ? first.claims() : claims;
        edits = with(edits, verifier, first, tokens);
      }
    }
    for (int i = 0; i < believed.length; i++) {
      TokenStatus problem = problems[i];
      if (!believed[i]) {
        return refused(problem == null ? TokenStatus.UNKNOWN_ISSUER : problem);
      }
    }
    return claims == null ? refused(TokenStatus.TOO_MANY) : new Outcome(null, claims, edits);
  }

  /** What the rule of its issuer says, rather than that another one does not know it. */
  private static TokenStatus worse(@Nullable TokenStatus before, TokenStatus now) {
    return before == null || before == TokenStatus.UNKNOWN_ISSUER ? now : before;
  }

  private static HeaderEdits with(
      HeaderEdits before, Verifier verifier, VerifiedToken token, List<Presented> tokens) {
    List<String> removed = before.remove();
    if (!verifier.forwards()) {
      removed = new ArrayList<>(removed);
      for (Presented each : tokens) {
        if (each.place().kind() == Place.Kind.HEADER && verifier.places().contains(each.place())) {
          removed.add(each.place().name());
        }
      }
    }
    List<Entry<String, String>> added = token.outputs();
    if (!before.add().isEmpty()) {
      added = new ArrayList<>(before.add());
      added.addAll(token.outputs());
    }
    return new HeaderEdits(removed, List.of(), added);
  }

  private static Outcome refused(TokenStatus why) {
    return new Outcome(why, Claims.NONE, HeaderEdits.NONE);
  }
}
