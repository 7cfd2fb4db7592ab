package dev.weft.engine.limit;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RateLimit.Action;
import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.routing.HeaderCondition;
import dev.weft.engine.routing.NormalPath;
import dev.weft.engine.routing.PseudoHeaders;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the descriptor of a request, by Envoy's {@code RateLimit.actions}. */
final class DescriptorMaker {

  /** A longer value is kept as its digest: what callers send must not fill the memory. */
  private static final int LONGEST = 256;

  private final List<Part> parts = new ArrayList<>();
  private final boolean digests;

  private record Part(String key, Function<Arriving, @Nullable String> value) {}

  /**
   * @param digests whether long values are replaced; not where somebody else is to read them
   */
  DescriptorMaker(List<Action> actions, boolean digests) {
    this.digests = digests;
    for (Action action : actions) {
      parts.add(new Part(action.key(), value(action)));
    }
  }

  /** Null: there is none, because an action had nothing to add. */
  @Nullable List<Entry> of(Arriving request) {
    List<Entry> entries = new ArrayList<>(parts.size());
    for (Part part : parts) {
      String value = part.value.apply(request);
      if (value == null) {
        return null;
      }
      entries.add(new Entry(part.key, digests && value.length() > LONGEST ? digest(value) : value));
    }
    return entries;
  }

  private static Function<Arriving, @Nullable String> value(Action action) {
    if (action instanceof Action.GenericKey generic) {
      return request -> generic.value();
    }
    if (action instanceof Action.RequestHeader header) {
      return request -> header(request.head(), header.name());
    }
    if (action instanceof Action.RemoteAddress) {
      return DescriptorMaker::address;
    }
    if (action instanceof Action.Principal) {
      return request -> request.principal() == null ? null : request.principal().toString();
    }
    if (action instanceof Action.Path) {
      return request -> NormalPath.withoutQuery(request.head().target());
    }
    return matching((Action.HeaderValueMatch) action);
  }

  private static Function<Arriving, @Nullable String> matching(Action.HeaderValueMatch match) {
    List<HeaderCondition> conditions = match.headers().stream().map(HeaderCondition::new).toList();
    return request -> {
      RequestHead head = NormalPath.in(request.head());
      boolean all = true;
      for (HeaderCondition condition : conditions) {
        all &= condition.matches(head, head.headers());
      }
      return all == match.expected() ? match.value() : null;
    };
  }

  private static @Nullable String header(RequestHead head, String name) {
    return PseudoHeaders.is(name)
        ? PseudoHeaders.of(name, NormalPath.in(head))
        : head.headers().first(name);
  }

  private static @Nullable String address(Arriving request) {
    InetSocketAddress remote = request.remote();
    return remote == null || remote.getAddress() == null
        ? null
        : remote.getAddress().getHostAddress();
  }

  private static String digest(String value) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
