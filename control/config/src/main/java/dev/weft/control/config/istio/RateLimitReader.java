package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RateLimitPolicy.Action;
import dev.weft.control.model.RateLimitPolicy.Condition;
import dev.weft.control.model.RateLimitPolicy.Replies;
import dev.weft.control.model.RateLimitPolicy.TokenBucket;
import dev.weft.control.model.StringMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads RateLimits, Weft's own. */
public final class RateLimitReader implements KindReader {

  /** Envoy's stages, by which its filters find their descriptors. */
  private static final int MOST_GLOBAL = 10;

  private static final int USUAL_KEYS = 10_000;
  private static final Duration USUAL_TIMEOUT = Duration.ofMillis(20);
  private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_FILL = Duration.ofMillis(50);
  private static final Duration SLOWEST = Duration.ofDays(50L * 365);
  private static final Set<String> PSEUDO = Set.of(":method", ":path", ":authority", ":scheme");

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    if (spec.objects("local").isEmpty() && spec.objects("global").isEmpty()) {
      spec.report(FindingCode.MISSING, "limits nothing (expected: local or global)");
    }
    List<RateLimitPolicy.Global> global = new ArrayList<>();
    spec.objects("global").forEach(each -> global.add(global(each, scope)));
    if (global.size() > MOST_GLOBAL) {
      spec.report(
          FindingCode.INVALID,
          "global",
          global.size() + " limits (expected: at most " + MOST_GLOBAL + ")");
    }
    return new Resource.Rates(
        scope.metadata(),
        new RateLimitPolicy(
            scope.metadata().id(),
            spec.object("selector").textsByKey("matchLabels"),
            locals(spec),
            global,
            scope.metadata().location()));
  }

  private static List<RateLimitPolicy.Local> locals(ObjectReader spec) {
    List<RateLimitPolicy.Local> locals = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ObjectReader limit : spec.objects("local")) {
      String name = limit.optionalText("name").orElse(Integer.toString(locals.size()));
      if (!names.add(name)) {
        limit.report(
            FindingCode.INVALID, "name", Excerpt.of(name) + " twice (expected: each name once)");
      }
      locals.add(local(limit, name));
    }
    return locals;
  }

  private static RateLimitPolicy.Local local(ObjectReader limit, String name) {
    List<Action> actions = actions(limit);
    return new RateLimitPolicy.Local(
        name,
        condition(limit.object("match")),
        actions,
        bucket(limit.object("tokenBucket")),
        overrides(limit, actions),
        limit.number("maxKeys", USUAL_KEYS),
        replies(limit));
  }

  private static List<RateLimitPolicy.Particular> overrides(
      ObjectReader limit, List<Action> actions) {
    List<String> keys = actions.stream().map(Action::key).toList();
    List<RateLimitPolicy.Particular> overrides = new ArrayList<>();
    Set<Map<String, String>> seen = new HashSet<>();
    for (ObjectReader each : limit.objects("overrides")) {
      Map<String, String> values = each.textsByKey("values");
      if (values.isEmpty()) {
        each.report(FindingCode.MISSING, "values", "is empty (expected: a value of a key)");
      }
      values.forEach(
          (key, value) -> {
            if (!keys.contains(key)) {
              each.report(
                  FindingCode.INVALID,
                  "values",
                  Excerpt.of(key) + " is no descriptor key (expected one of: " + keys + ")");
            } else if (value.isEmpty()) {
              each.report(
                  FindingCode.INVALID, "values", Excerpt.of(key) + " is empty (expected: a value)");
            }
          });
      if (!seen.add(values)) {
        each.report(FindingCode.INVALID, "values", "given twice (expected: each combination once)");
      }
      overrides.add(new RateLimitPolicy.Particular(values, bucket(each.object("tokenBucket"))));
    }
    return overrides;
  }

  private static RateLimitPolicy.Global global(ObjectReader limit, Scope scope) {
    ObjectReader service = limit.object("service");
    String host = service.text("host");
    if (host.contains("*")) {
      service.report(FindingCode.INVALID, "host", Excerpt.of(host) + " (expected: no wildcard)");
    }
    if (limit.text("domain").isEmpty()) {
      limit.report(FindingCode.MISSING, "domain", "is empty (expected: the service's domain)");
    }
    Duration timeout = limit.duration("timeout");
    if (timeout != null && timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      limit.report(
          FindingCode.INVALID,
          "timeout",
          limit.text("timeout") + " (expected: at most " + LONGEST_TIMEOUT.toSeconds() + "s)");
    }
    List<RateLimitPolicy.Descriptor> descriptors = new ArrayList<>();
    for (ObjectReader each : limit.objects("descriptors")) {
      descriptors.add(
          new RateLimitPolicy.Descriptor(condition(each.object("match")), actions(each)));
    }
    return new RateLimitPolicy.Global(
        new Destination(scope.host(host), service.object("port").number("number"), ""),
        limit.text("domain"),
        timeout == null ? USUAL_TIMEOUT : timeout,
        limit.flag("failureModeDeny"),
        descriptors,
        replies(limit));
  }

  private static Replies replies(ObjectReader limit) {
    return new Replies(
        limit.text("enableXRatelimitHeaders").equals("DRAFT_VERSION_03"),
        limit.flag("rateLimitedAsResourceExhausted"));
  }

  private static TokenBucket bucket(ObjectReader bucket) {
    long most = bucket.number("maxTokens", 1);
    long tokens = bucket.number("tokensPerFill", 1);
    Duration interval = bucket.duration("fillInterval");
    if (interval == null || interval.compareTo(SHORTEST_FILL) < 0) {
      bucket.report(
          FindingCode.INVALID,
          "fillInterval",
          bucket.text("fillInterval") + " (expected: at least " + SHORTEST_FILL.toMillis() + "ms)");
      return new TokenBucket(most, tokens, SHORTEST_FILL);
    }
    if (interval.toMillis() / 1e3 * most / tokens > SLOWEST.toSeconds()) {
      bucket.report(
          FindingCode.INVALID,
          "maxTokens",
          most + " (expected: a bucket that is full after " + SLOWEST.toDays() + " days)");
    }
    return new TokenBucket(most, tokens, interval);
  }

  private static List<Action> actions(ObjectReader limit) {
    List<Action> actions = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (ObjectReader each : limit.objects("actions")) {
      Action action = action(each);
      if (action == null) {
        each.report(FindingCode.MISSING, "is empty (expected: one action)");
      } else if (!keys.add(action.key())) {
        each.report(
            FindingCode.INVALID,
            "the descriptor key " + Excerpt.of(action.key()) + " twice (expected: each key once)");
      } else {
        actions.add(action);
      }
    }
    return actions;
  }

  private static @Nullable Action action(ObjectReader action) {
    if (action.has("requestHeaders")) {
      return header(action.object("requestHeaders"));
    }
    if (action.has("sourcePrincipal")) {
      return new Action.SourcePrincipal(key(action.object("sourcePrincipal"), "source_principal"));
    }
    if (action.has("remoteAddress")) {
      return new Action.RemoteAddress();
    }
    if (action.has("path")) {
      return new Action.Path(key(action.object("path"), "path"));
    }
    if (!action.has("genericKey")) {
      return null;
    }
    ObjectReader generic = action.object("genericKey");
    String value = generic.text("descriptorValue");
    if (value.isEmpty()) {
      generic.report(FindingCode.MISSING, "descriptorValue", "is empty (expected: a value)");
    }
    return new Action.GenericKey(key(generic, "generic_key"), value);
  }

  private static Action header(ObjectReader header) {
    String name = header.text("headerName").toLowerCase(Locale.ROOT);
    if (!PSEUDO.contains(name) && !HeadersReader.isHeaderName(name)) {
      header.report(FindingCode.INVALID, "headerName", HeadersReader.notAHeader(name));
    }
    return new Action.RequestHeader(key(header, name), name);
  }

  private static String key(ObjectReader action, String otherwise) {
    if (action.has("descriptorKey") && action.text("descriptorKey").isEmpty()) {
      action.report(FindingCode.INVALID, "descriptorKey", "is empty (expected: a key)");
    }
    return action.optionalText("descriptorKey").orElse(otherwise);
  }

  private static Condition condition(ObjectReader match) {
    return new Condition(
        field(match, "uri"),
        field(match, "method"),
        field(match, "authority"),
        byHeader(match, "headers"),
        byHeader(match, "withoutHeaders"));
  }

  /** An empty match on a field that every request has is none at all. */
  private static @Nullable StringMatch field(ObjectReader match, String name) {
    StringMatch read = MatchReader.read(match.object(name));
    return read instanceof StringMatch.Present ? null : read;
  }

  private static Map<String, StringMatch> byHeader(ObjectReader match, String field) {
    Map<String, StringMatch> matches = new LinkedHashMap<>();
    match
        .objectsByKey(field)
        .forEach(
            (name, value) -> {
              if (!HeadersReader.isHeaderName(name)) {
                match.report(FindingCode.INVALID, field, HeadersReader.notAHeader(name));
              }
              matches.put(name.toLowerCase(Locale.ROOT), MatchReader.read(value));
            });
    return matches;
  }
}
