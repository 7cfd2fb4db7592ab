package dev.weft.instrumentation.testing.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall;
import dev.weft.instrumentation.testing.ScriptedInbound;
import dev.weft.instrumentation.testing.ServerProbe.Running;
import dev.weft.instrumentation.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commit and end of an exchange are seen once, whatever the application does. */
class ExchangeContract extends ServerContract {

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theResponseIsEditedAtItsCommit() throws Exception {
    MESH.admit(
        head -> () -> PASS,
        new HeaderEdits(List.of("x-secret"), List.of(Map.entry("x-served-by", "mesh")), List.of()));
    try (Running server =
            PROBE.start(
                exchange ->
                    exchange.respond(
                        201, Map.of("X-Secret", "s3cret", "X-App", "yes"), text("made")));
        Wire wire = new Wire(server.address())) {
      Wire.Response response = wire.get("/");

      assertThat(response.status()).isEqualTo(201);
      assertThat(response.header("x-served-by")).isEqualTo("mesh");
      assertThat(response.header("x-app")).isEqualTo("yes");
      assertThat(response.header("x-secret")).isNull();
      assertThat(response.body()).isEqualTo("made");
      ScriptedInbound call = only();
      assertThat(call.commits()).isEqualTo(1);
      assertThat(requireNonNull(call.response()).first("x-app")).isEqualTo("yes");
    }
  }

  @Test
  void theEndIsTold() throws Exception {
    admit(PASS);
    try (Running server = PROBE.start(exchange -> exchange.respond(200, Map.of(), text("12345")));
        Wire wire = new Wire(server.address())) {
      wire.get("/");

      ScriptedInbound.End end = only().end().get();
      assertThat(end.status()).isEqualTo(200);
      assertThat(end.completion().bytes()).isEqualTo(5);
      assertThat(end.completion().failure()).isNull();
    }
  }

  @Test
  void aChunkedResponseEndsWhenItIsWritten() throws Exception {
    admit(PASS);
    CountDownLatch go = new CountDownLatch(1);
    try (Running server =
            PROBE.start(
                exchange ->
                    exchange.respond(200, List.of(text("one"), text("two"), text("three"))));
        Wire wire = new Wire(server.address())) {
      go.countDown();

      assertThat(wire.get("/").body()).isEqualTo("onetwothree");
      assertThat(only().end().get().completion().failure()).isNull();
    }
  }

  @Test
  void aConnectionCarriesExchangesOneByOne() throws Exception {
    admit(PASS);
    try (Running server =
            PROBE.start(exchange -> exchange.respond(200, Map.of(), text(exchange.target())));
        Wire wire = new Wire(server.address())) {
      for (int i = 0; i < 5; i++) {
        assertThat(wire.get("/" + i).body()).isEqualTo("/" + i);
      }
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(MESH.inbound())
                    .hasSize(5)
                    .allSatisfy(call -> assertThat(call.end()).isCompleted()));
  }

  @Test
  void aResponseWithoutABodyEnds() throws Exception {
    admit(PASS);
    try (Running server = PROBE.start(exchange -> exchange.respond(204, Map.of(), new byte[0]));
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(204);
      assertThat(only().end().get().status()).isEqualTo(204);
    }
  }

  @Test
  void theHandlerRunsInTheContextOfItsCall() throws Exception {
    admit(PASS);
    List<@Nullable InboundCall> seen = Collections.synchronizedList(new ArrayList<>());
    try (Running server =
            PROBE.start(
                exchange -> {
                  seen.add(Context.current());
                  CompletableFuture<InboundCall> hop =
                      CompletableFuture.supplyAsync(Context::current);
                  seen.add(hop.join());
                  exchange.respond(200, Map.of(), text("x"));
                });
        Wire wire = new Wire(server.address())) {
      wire.get("/");

      assertThat(seen).hasSize(2).allMatch(call -> call == first());
    }
  }

  @Test
  void anExchangeMayGoOnAfterItsHandler() throws Exception {
    admit(PASS);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<@Nullable InboundCall> seen = new CompletableFuture<>();
    try (Running server =
            PROBE.start(
                exchange ->
                    exchange.later(
                        () -> {
                          seen.complete(Context.current());
                          await(go);
                          exchange.respond(202, Map.of(), text("later"));
                        }));
        Wire wire = new Wire(server.address())) {
      wire.send("GET / HTTP/1.1", "Host: app.test");
      assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(first());
      assertThat(MESH.inbound().get(0).end()).isNotDone();
      go.countDown();

      assertThat(wire.read().status()).isEqualTo(202);
      assertThat(only().end().get().status()).isEqualTo(202);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("nobody let go");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aHandlerThatFailsEndsItsExchange() throws Exception {
    admit(PASS);
    try (Running server =
            PROBE.start(
                exchange -> {
                  throw new IOException("on purpose");
                });
        Wire wire = new Wire(server.address())) {
      wire.send("GET / HTTP/1.1", "Host: app.test");

      assertThat(only().ends()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatLeavesEndsTheExchange() throws Exception {
    admit(PASS);
    CountDownLatch gone = new CountDownLatch(1);
    byte[] block = new byte[1 << 20];
    try (Running server =
        PROBE.start(
            exchange -> {
              await(gone);
              exchange.respond(200, List.of(block, block, block, block, block, block, block));
            })) {
      Wire wire = new Wire(server.address());
      wire.send("GET / HTTP/1.1", "Host: app.test");
      Awaitility.await().until(() -> MESH.inbound().size() == 1);
      wire.reset();
      gone.countDown();

      assertThat(only().end().get().completion().failure()).isNotNull();
    }
  }

  @Test
  void nothingOfOneExchangeIsLeftForTheNext() throws Exception {
    List<@Nullable InboundCall> seen = Collections.synchronizedList(new ArrayList<>());
    try (Running server =
            PROBE.start(
                exchange -> {
                  seen.add(Context.current());
                  exchange.respond(200, Map.of(), text("x"));
                });
        Wire wire = new Wire(server.address())) {
      admit(PASS);
      for (int i = 0; i < 10; i++) {
        wire.get("/");
      }
      Awaitility.await().until(() -> MESH.inbound().size() == 10);

      assertThat(seen).doesNotHaveDuplicates().doesNotContainNull();
    }
  }
}
