package dev.weft.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {

  @Test
  void hasItsParts() {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/cert-manager.io");
    assertThat(id.trustDomain()).isEqualTo("cluster.local");
    assertThat(id.namespace()).isEqualTo("shop");
    assertThat(id.serviceAccount()).isEqualTo("cert-manager.io");
    assertThat(id).hasToString("spiffe://cluster.local/ns/shop/sa/cert-manager.io");
    assertThat(id).isEqualTo(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/cert-manager.io"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://",
        "spiffe://cluster.local",
        "spiffe://cluster.local/ns/shop",
        "spiffe://cluster.local/ns/shop/sa/",
        "spiffe://cluster.local/ns//sa/web",
        "spiffe://cluster.local/ns/shop/sa/web/",
        "spiffe://cluster.local/ns/shop/sa/web/x",
        "spiffe://cluster.local//ns/shop/sa/web",
        "spiffe://cluster.local/sa/web/ns/shop",
        "spiffe://cluster.local/NS/shop/sa/web",
        "SPIFFE://cluster.local/ns/shop/sa/web",
        "spiffe://Cluster.local/ns/shop/sa/web",
        "spiffe:///ns/shop/sa/web",
        "spiffe://u@cluster.local/ns/shop/sa/web",
        "spiffe://cluster.local:80/ns/shop/sa/web",
        "spiffe://cluster.local/ns/shop/sa/web?x",
        "spiffe://cluster.local/ns/shop/sa/web#x",
        "spiffe://cluster.local/ns/shop/sa/w%65b",
        "spiffe://cluster.local/ns/../sa/web",
        "spiffe://cluster.local/ns/./sa/web",
        "spiffe://cluster.local/ns/shop/sa/we b",
        "spiffe://cluster.local/ns/shop/sa/w\u00e9b",
        "spiffe://cluster.local/ns/shop/sa/web\u0000evil",
        " spiffe://cluster.local/ns/shop/sa/web",
        "https://cluster.local/ns/shop/sa/web",
      })
  void nothingElseIsOne(String text) {
    assertThatThrownBy(() -> SpiffeId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: spiffe://");
  }

  @Test
  void isNoLongerThanSpiffeAllows() {
    String longest = "spiffe://d/ns/n/sa/" + "a".repeat(2048 - 19);
    assertThat(SpiffeId.parse(longest).serviceAccount()).hasSize(2029);
    assertThatThrownBy(() -> SpiffeId.parse(longest + "a"))
        .hasMessageStartingWith("identity of 2049 characters");
  }
}
