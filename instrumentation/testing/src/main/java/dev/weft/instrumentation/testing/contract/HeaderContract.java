package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Script;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The engine's edits to both heads are done, and nobody else's. */
class HeaderContract extends ClientContract {

  private static Script edits(HeaderEdits request, HeaderEdits response) {
    return Script.of(
        call ->
            new Step.Send(
                GOOD.address(), call.head().authority(), call.head().target(), request, null, 0),
        call -> new Step.Deliver(response));
  }

  private static String lower(Reply reply) {
    return reply.text().toLowerCase(Locale.ROOT);
  }

  @Test
  void theRequestIsEdited() throws Exception {
    script(
        () ->
            edits(
                new HeaderEdits(
                    List.of("X-Secret"),
                    List.of(Map.entry("x-mesh", "set"), Map.entry("X-Replaced", "new")),
                    List.of(Map.entry("x-added", "one"), Map.entry("x-added", "two"))),
                HeaderEdits.NONE));

    Reply reply =
        PROBE.call(
            Request.get(url("/echo"))
                .with("x-secret", "s3cret")
                .with("x-replaced", "old")
                .with("X-Mine", "kept"));

    assertThat(lower(reply))
        .contains("x-mesh: set\n", "x-replaced: new\n", "x-mine: kept\n")
        .contains("x-added: one\n", "x-added: two\n")
        .doesNotContain("s3cret", "old");
  }

  @Test
  void theResponseIsEdited() throws Exception {
    script(
        () ->
            edits(
                HeaderEdits.NONE,
                new HeaderEdits(
                    List.of("x-origin"),
                    List.of(Map.entry("X-Mesh", "yes")),
                    List.of(Map.entry("X-More", "1")))));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.header("x-mesh")).isEqualTo("yes");
    assertThat(reply.header("x-more")).isEqualTo("1");
    assertThat(reply.header("x-origin")).isNull();
  }

  @Test
  void theEngineSeesTheResponseUnedited() throws Exception {
    var calls =
        script(
            () ->
                edits(
                    HeaderEdits.NONE, new HeaderEdits(List.of("x-origin"), List.of(), List.of())));

    PROBE.call(Request.get(url("/echo")));

    Outcome.Head head = (Outcome.Head) calls.only().outcomes().get(0);
    assertThat(head.headers().first("X-ORIGIN")).isEqualTo("yes");
  }

  @Test
  void editsOfOneTryDoNotReachTheNext() throws Exception {
    script(
        () ->
            Script.of(
                call ->
                    new Step.Send(
                        BAD.address(),
                        call.head().authority(),
                        call.head().target(),
                        new HeaderEdits(List.of(), List.of(Map.entry("x-try", "first")), List.of()),
                        null,
                        0),
                Script.send(GOOD.address()),
                Script.deliver()));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(lower(reply)).doesNotContain("x-try");
  }
}
