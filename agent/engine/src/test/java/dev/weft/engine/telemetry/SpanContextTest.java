package dev.weft.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpanContextTest {

  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Sampler ALL = Sampler.ratio(1);

  @Test
  void readsAndWritesTraceparent() {
    SpanContext parent = Objects.requireNonNull(SpanContext.parse(PARENT));
    assertThat(parent.traceparent()).isEqualTo(PARENT);
    assertThat(parent.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(parent.spanId()).isEqualTo("b7ad6b7169203331");
    assertThat(parent.sampled()).isTrue();
    assertThat(SpanContext.parse(PARENT.replace("-01", "-00")))
        .extracting(SpanContext::sampled)
        .isEqualTo(false);
    assertThat(SpanContext.parse(PARENT.replace("-01", "-03"))).isEqualTo(parent);
    // A later version may say more.
    assertThat(SpanContext.parse("cc" + PARENT.substring(2) + "-more")).isEqualTo(parent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\u0661\u0661"
      })
  void beginsAnewWhenItIsNotOne(String header) {
    assertThat(SpanContext.parse(header)).isNull();
  }

  @Test
  void childrenStayInTheTrace() {
    Random random = new Random(7);
    SpanContext root = SpanContext.root(random, ALL);
    SpanContext child = root.child(random, ALL);
    assertThat(child.traceId()).isEqualTo(root.traceId());
    assertThat(child.span()).isNotEqualTo(root.span());
    assertThat(child.parent()).isEqualTo(root.span());
    assertThat(root.parent()).isZero();
    assertThat(SpanContext.parse(root.traceparent())).isEqualTo(root);
  }

  @Test
  void samplesAShareOfTheTraces() {
    Random random = new Random(11);
    Sampler tenth = Sampler.ratio(0.1);
    int sampled = 0;
    for (int i = 0; i < 10_000; i++) {
      sampled += SpanContext.root(random, tenth).sampled() ? 1 : 0;
    }
    assertThat(sampled).isBetween(850, 1150);
  }

  private static Headers headers(String... pairs) {
    return Headers.of(
        IntStream.range(0, pairs.length / 2)
            .mapToObj(i -> Map.entry(pairs[2 * i], pairs[2 * i + 1]))
            .toList());
  }

  @Test
  void readsAndWritesB3() {
    SpanContext parent = Objects.requireNonNull(SpanContext.parse(PARENT));
    for (B3 form : List.of(B3.SINGLE, B3.MULTIPLE)) {
      Headers written = Headers.of(form.write(parent));
      assertThat(B3.of(written)).isEqualTo(form);
      assertThat(form.read(written)).isEqualTo(parent);
    }
    assertThat(B3.of(Headers.NONE)).isEqualTo(B3.ABSENT);
    assertThat(B3.ABSENT.read(Headers.NONE)).isNull();
    assertThat(B3.ABSENT.write(parent)).isEmpty();
  }

  @Test
  void readsOldAndOddB3() {
    Headers old = headers("X-B3-TraceId", "8448eb211c80319c", "X-B3-SpanId", "b7ad6b7169203331");
    assertThat(B3.MULTIPLE.read(old))
        .isEqualTo(new SpanContext(0, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, 0, true));
    assertThat(B3.SINGLE.read(headers("b3", "0"))).isNull();
    assertThat(B3.SINGLE.read(headers("b3", "1-2-3"))).isNull();
    assertThat(B3.SINGLE.read(headers("b3", "8448eb211c80319c-b7ad6b7169203331-0")))
        .extracting(SpanContext::sampled)
        .isEqualTo(false);
    assertThat(B3.SINGLE.read(headers("b3", "8448eb211c80319z-b7ad6b7169203331-1"))).isNull();
  }
}
