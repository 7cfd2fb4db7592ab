package dev.weft.engine.extauthz;

import dev.weft.engine.config.ExternalAuthorization.Protocol.Http;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.extauthz.AuthorizationService.Decision;
import dev.weft.engine.extauthz.AuthorizationService.HttpReply;
import dev.weft.engine.extauthz.AuthorizationService.Mutation;
import dev.weft.engine.routing.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;

/**
 * A provider that is asked over HTTP: the request again, without its body, and of its headers only
 * those that the provider shall see. 200 lets it pass, 5xx is no answer, anything else refuses.
 */
public final class HttpCheck {

  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;

  /** What a provider sees without being told to ask for it. */
  private static final Set<String> USUAL = Set.of("authorization");

  /** What callers get with every refusal, besides what the provider is configured to tell. */
  private static final Set<String> OF_REFUSALS = Set.of("www-authenticate", "location");

  /** By which a provider takes headers from the request. */
  private static final String TO_REMOVE = "x-envoy-auth-headers-to-remove";

  private final Http config;

  public HttpCheck(Http config) {
    this.config = config;
  }

  /**
   * What is sent.
   *
   * @param target path and query
   * @param headers without {@code host} and what describes the body, of which there is none
   */
  public record Request(
      String method, String target, String host, List<Entry<String, String>> headers) {

    public Request {
      headers = List.copyOf(headers);
    }
  }

  /**
   * The request about a request.
   *
   * @param headers by name in lower case
   */
  public Request ask(String method, String target, String host, Map<String, String> headers) {
    List<Entry<String, String>> sent = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          boolean isWanted = USUAL.contains(name) || matches(config.headers(), name);
          if (isWanted && !Edited.isFraming(name) && !name.startsWith(":") && !adds(name)) {
            sent.add(Map.entry(name, value));
          }
        });
    for (Entry<String, String> added : config.added()) {
      sent.add(Map.entry(added.getKey().toLowerCase(Locale.ROOT), added.getValue()));
    }
    sent.removeIf(header -> header.getKey().equals("host"));
    return new Request(method, config.pathPrefix() + target, host, sent);
  }

  private boolean adds(String name) {
    for (Entry<String, String> added : config.added()) {
      if (added.getKey().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** What the answer means. */
  public Decision read(HttpReply reply) {
    if (reply instanceof HttpReply.Response response) {
      if (response.status() == OK) {
        return allowed(response);
      }
      return response.status() >= SERVER_ERROR
          ? new Decision.Failed("it answered " + response.status())
          : denied(response);
    }
    return new Decision.Failed(((HttpReply.Failed) reply).reason());
  }

  private Decision allowed(HttpReply.Response response) {
    List<Mutation> upstream = new ArrayList<>();
    List<Mutation> downstream = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (Entry<String, String> header : response.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.equals(TO_REMOVE)) {
        for (String each : header.getValue().split(",", -1)) {
          remove.add(each.strip());
        }
      } else if (!Edited.isFraming(name)) {
        if (matches(config.toUpstream(), name)) {
          upstream.add(new Mutation(Mutation.Kind.SET, name, header.getValue()));
        }
        if (matches(config.toDownstreamOnAllow(), name)) {
          downstream.add(new Mutation(Mutation.Kind.ADD, name, header.getValue()));
        }
      }
    }
    remove.removeIf(String::isEmpty);
    return new Decision.Allowed(upstream, remove, downstream);
  }

  private Decision denied(HttpReply.Response response) {
    List<Entry<String, String>> told = new ArrayList<>();
    for (Entry<String, String> header : response.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      boolean isWanted =
          config.toDownstreamOnDeny().isEmpty()
              || OF_REFUSALS.contains(name)
              || matches(config.toDownstreamOnDeny(), name);
      if (isWanted && !Edited.isFraming(name) && !name.equals(TO_REMOVE)) {
        told.add(Map.entry(name, header.getValue()));
      }
    }
    return new Decision.Denied(response.status(), told, response.body());
  }

  private static boolean matches(List<StringMatch> names, String name) {
    for (StringMatch each : names) {
      if (Texts.compile(each).test(name)) {
        return true;
      }
    }
    return false;
  }
}
