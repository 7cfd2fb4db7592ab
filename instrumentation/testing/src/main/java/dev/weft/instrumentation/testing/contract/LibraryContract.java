package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.PasswordAuthentication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the library does itself stays as it was. */
class LibraryContract extends ClientContract {

  @Test
  void cookiesAreKeptForTheHostThatWasAskedFor() throws Exception {
    needs(Feature.COOKIES);
    CookieManager cookies = new CookieManager();
    CookieHandler.setDefault(cookies);
    try {
      script(() -> Script.to(GOOD.address()));

      PROBE.call(Request.get(url("/cookie")));
      Reply reply = PROBE.call(Request.get(url("/echo")));

      assertThat(reply.text().toLowerCase(Locale.ROOT)).contains("cookie: taste=sweet");
      assertThat(cookies.getCookieStore().getCookies())
          .singleElement()
          .satisfies(
              cookie -> assertThat(authority).startsWith(cookie.getDomain().replace(".local", "")));
    } finally {
      CookieHandler.setDefault(null);
    }
  }

  @Test
  void credentialsAreAskedForAndSentToTheSameEndpoint() throws Exception {
    needs(Feature.BASIC);
    List<String> asked = new ArrayList<>();
    Authenticator.setDefault(
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            asked.add(getRequestingHost());
            return new PasswordAuthentication("jason", "secret".toCharArray());
          }
        });
    try {
      var calls = script(() -> Script.to(GOOD.address()));

      Reply reply = PROBE.call(Request.get(url("/basic")));

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text().toLowerCase(Locale.ROOT)).contains("authorization: basic ");
      assertThat(asked).containsExactly(authority.replace(":9080", ""));
      assertThat(calls.all()).hasSize(1);
    } finally {
      Authenticator.setDefault(null);
    }
  }

  @Test
  void theEngineLearnsForWhomTheThreadWorks() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));
    InboundCall inbound =
        MESH.inbound(
            new Peer(null, null),
            new RequestHead("test", "GET", "http", "", "/", dev.weft.bridge.Headers.NONE));

    InboundCall before = Context.enter(inbound);
    CompletableFuture<Reply> pending;
    try {
      pending = PROBE.start(Request.get(url("/echo"))).reply();
    } finally {
      Context.exit(before);
    }
    Replies.get(pending);

    assertThat(calls.only().context()).isSameAs(inbound);
  }
}
