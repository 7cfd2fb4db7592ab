package dev.weft.engine.limit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Action;
import dev.weft.engine.config.RateLimit.Descriptor;
import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.config.RateLimit.Replies;
import dev.weft.engine.config.RateLimit.TokenBucket;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which requests share a bucket, and which have none. */
class LocalLimiterTest {

  private static final Action USER = new Action.RequestHeader("user", "x-user");
  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong forgotten = new AtomicLong();

  private static TokenBucket per(long max) {
    return new TokenBucket(max, max, Duration.ofSeconds(10));
  }

  private static Descriptor descriptor(long max, String... keysAndValues) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.add(new Entry(keysAndValues[i], keysAndValues[i + 1]));
    }
    return new Descriptor(entries, per(max));
  }

  private LocalLimiter limiter(
      @Nullable TokenBucket bucket, List<Action> actions, Descriptor... descriptors) {
    return limiter(bucket, true, 100, actions, descriptors);
  }

  private LocalLimiter limiter(
      @Nullable TokenBucket bucket,
      boolean always,
      int keys,
      List<Action> actions,
      Descriptor... descriptors) {
    return new LocalLimiter(
        new RateLimit.Local(
            "l", bucket, always, actions, Arrays.asList(descriptors), keys, Replies.PLAIN),
        clock::get,
        forgotten::incrementAndGet);
  }

  private static Arriving get(String target, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      pairs.add(Map.entry(headers[i], headers[i + 1]));
    }
    return new Arriving(
        new RequestHead("test", "GET", "http", "reviews:9080", target, Headers.of(pairs)),
        null,
        null);
  }

  private static Arriving user(String name) {
    return get("/", "X-User", name);
  }

  private static int admitted(LocalLimiter limiter, Arriving request) {
    int admitted = 0;
    for (int i = 0; i < 50; i++) {
      LocalLimiter.Result result = limiter.take(request);
      admitted += result == null || result.taken() ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void countsAllTogether() {
    LocalLimiter all = limiter(per(4), List.of());
    assertThat(admitted(all, user("a"))).isEqualTo(4);
    assertThat(admitted(all, user("b"))).isZero();
    clock.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(admitted(all, user("b"))).isEqualTo(2);
  }

  @Test
  void countsEachValueByItself() {
    LocalLimiter each = limiter(null, List.of(USER), descriptor(2, "user", ""));
    assertThat(admitted(each, user("a"))).isEqualTo(2);
    assertThat(admitted(each, user("b"))).isEqualTo(2);
    assertThat(admitted(each, get("/"))).as("without the header").isEqualTo(50);
  }

  @Test
  void givesParticularValuesBucketsOfTheirOwn() {
    LocalLimiter each =
        limiter(null, List.of(USER), descriptor(2, "user", ""), descriptor(7, "user", "jason"));
    assertThat(admitted(each, user("a"))).isEqualTo(2);
    assertThat(admitted(each, user("jason"))).isEqualTo(7);
  }

  @Test
  void prefersWhatSaysMoreOfARequest() {
    LocalLimiter each =
        limiter(
            null,
            List.of(USER, new Action.RequestHeader("method", ":method")),
            descriptor(2, "user", "", "method", ""),
            descriptor(5, "user", "jason", "method", ""),
            descriptor(9, "user", "jason", "method", "POST"));
    assertThat(admitted(each, user("a"))).isEqualTo(2);
    assertThat(admitted(each, user("jason"))).isEqualTo(5);
  }

  @Test
  void consumesTheCommonBucketToo() {
    LocalLimiter both = limiter(per(3), List.of(USER), descriptor(2, "user", ""));
    assertThat(admitted(both, user("a"))).isEqualTo(2);
    assertThat(admitted(both, user("b"))).isEqualTo(1);
    LocalLimiter either = limiter(per(3), false, 9, List.of(USER), descriptor(2, "user", ""));
    assertThat(admitted(either, user("a"))).isEqualTo(2);
    assertThat(admitted(either, get("/"))).isEqualTo(3);
  }

  @Test
  void knowsWhoCalls() {
    LocalLimiter each =
        limiter(null, List.of(new Action.Principal("who")), descriptor(2, "who", ""));
    RequestHead head = user("a").head();
    for (String name : List.of("web", "shop")) {
      SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/" + name);
      assertThat(admitted(each, new Arriving(head, null, id))).isEqualTo(2);
    }
    assertThat(admitted(each, new Arriving(head, null, null))).as("nobody").isEqualTo(50);
    LocalLimiter from =
        limiter(null, List.of(new Action.RemoteAddress("ip")), descriptor(2, "ip", ""));
    InetSocketAddress one = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    InetSocketAddress again = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    assertThat(admitted(from, new Arriving(head, one, null))).isEqualTo(2);
    assertThat(admitted(from, new Arriving(head, again, null))).isZero();
  }

  @Test
  void seesOnePathInAllItsSpellings() {
    Action match =
        new Action.HeaderValueMatch(
            "m",
            "yes",
            true,
            List.of(
                new HeaderMatch(":path", new StringMatch.Prefix("/api/", false), false, false),
                new HeaderMatch(":method", new StringMatch.Exact("GET", false), false, false)));
    LocalLimiter api = limiter(null, List.of(match), descriptor(2, "m", "yes"));
    assertThat(admitted(api, get("/other"))).isEqualTo(50);
    assertThat(admitted(api, get("/api/a?x=1"))).isEqualTo(2);
    assertThat(admitted(api, get("/x/../%61pi/b"))).isZero();
    LocalLimiter paths = limiter(null, List.of(new Action.Path("path")), descriptor(2, "path", ""));
    assertThat(admitted(paths, get("/a?x=1"))).isEqualTo(2);
    assertThat(admitted(paths, get("/b/../%61?x=2"))).isZero();
    assertThat(admitted(paths, get("/b"))).isEqualTo(2);
  }

  /** However many values somebody makes up, there are no more buckets, and none is large. */
  @Test
  void forgetsWhoWasNotSeenForLongest() {
    LocalLimiter few = limiter(null, true, 3, List.of(USER), descriptor(1, "user", ""));
    assertThat(admitted(few, user("a"))).isEqualTo(1);
    assertThat(admitted(few, user("b"))).isEqualTo(1);
    assertThat(admitted(few, user("c"))).isEqualTo(1);
    assertThat(admitted(few, user("a"))).as("used").isZero();
    assertThat(forgotten.get()).isZero();
    assertThat(admitted(few, user("d"))).as("in the place of b").isEqualTo(1);
    assertThat(forgotten.get()).isEqualTo(1);
    assertThat(admitted(few, user("a"))).isZero();
    assertThat(admitted(few, user("b"))).as("forgotten").isEqualTo(1);
    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    long before = forgotten.get();
    assertThat(admitted(few, user("e"))).isEqualTo(1);
    assertThat(forgotten.get()).as("full buckets are no loss").isEqualTo(before);
  }

  @Test
  void tellsLongValuesApart() {
    LocalLimiter each = limiter(null, List.of(USER), descriptor(2, "user", ""));
    String longOne = "x".repeat(10_000);
    assertThat(admitted(each, user(longOne + "a"))).isEqualTo(2);
    assertThat(admitted(each, user(longOne + "b"))).isEqualTo(2);
    assertThat(admitted(each, user(longOne + "a"))).isZero();
  }

  @Test
  void keepsBucketsOfLimitsThatStay() {
    RateLimit.Local kept =
        new RateLimit.Local(
            "kept", per(2), true, List.of(), List.of(), 9, new Replies(true, false));
    RateLimit.Local changed =
        new RateLimit.Local("other", per(1), true, List.of(), List.of(), 9, Replies.PLAIN);
    Limits first = requireNonNull(Limits.compile(List.of(kept), null, clock::get, () -> {}));
    assertThat(admitted(first.local().get(0), user("a"))).isEqualTo(2);
    List<RateLimit> next = List.of(changed, kept);
    Limits second = requireNonNull(Limits.compile(next, first, clock::get, () -> {}));
    assertThat(admitted(second.local().get(0), user("a"))).isEqualTo(1);
    assertThat(admitted(second.local().get(1), user("a"))).isZero();
    assertThat(Limits.compile(next, second, clock::get, () -> {})).isSameAs(second);
    assertThat(Limits.compile(List.of(), second, clock::get, () -> {})).isNull();
  }
}
