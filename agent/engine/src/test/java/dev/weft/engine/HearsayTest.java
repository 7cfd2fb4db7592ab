package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.engine.Hearsay.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.junit.jupiter.api.Test;

/** Whose word of a request is believed, however it is spelled. */
class HearsayTest {

  private static final List<String> CERTIFICATE =
      List.of(
          "x-forwarded-client-cert",
          "X-Forwarded-Client-Cert",
          "X-FORWARDED-CLIENT-CERT",
          "x_forwarded_client_cert",
          "X_Forwarded-Client_Cert",
          "x-forwarded-client-cert ",
          "x-forwarded-client-cert\t",
          " x-forwarded-client-cert");

  private static final List<String> OF_PROXIES =
      List.of(
          "x-envoy-internal",
          "X-Envoy-External-Address",
          "X-ENVOY-ORIGINAL-DST-HOST",
          "x_envoy_downstream_service_cluster",
          "x-envoy-whatever-comes ",
          "x-envoy-");

  private static final List<String> OF_OURS =
      List.of(
          "x-weft-flags", "X_WEFT_ANYTHING", "x-envoy-peer-metadata", "X-Envoy-Peer_Metadata-Id");

  private static final List<String> OF_MEMBERS =
      List.of("x-envoy-attempt-count", "X-Envoy-Original-Path", "x-envoy-original-host");

  private static final List<String> NOBODYS =
      List.of(
          "accept",
          "x-user",
          "x-envoy",
          "x-forwarded-for",
          "x-forwarded-client-certificate",
          "x-weft",
          "forwarded-client-cert",
          "",
          "x\u00adenvoy-x");

  private static List<Entry<String, String>> all() {
    List<Entry<String, String>> all = new ArrayList<>();
    for (List<String> names : List.of(CERTIFICATE, OF_PROXIES, OF_OURS, OF_MEMBERS, NOBODYS)) {
      names.forEach(name -> all.add(Map.entry(name, "By=x;URI=spiffe://a/ns/b/sa/c,By=y")));
    }
    return all;
  }

  private static void hides(Source source, List<List<String>> expected) {
    List<String> names = new ArrayList<>();
    expected.forEach(names::addAll);
    assertThat(Hearsay.names(Headers.of(all()), source)).containsExactlyElementsOf(names);
    List<String> left = new ArrayList<>();
    Headers without = Hearsay.without(Headers.of(all()), source);
    without.each((name, value) -> left.add(name));
    assertThat(left).doesNotContainAnyElementsOf(names).hasSize(all().size() - names.size());
    names.forEach(name -> assertThat(without.first(name)).as(name).isNull());
    names.forEach(name -> assertThat(without.all(name)).as(name).isEmpty());
    left.forEach(name -> assertThat(without.first(name)).as(name).isNotNull());
  }

  @Test
  void strangersAreNotBelieved() {
    hides(Source.STRANGER, List.of(CERTIFICATE, OF_PROXIES, OF_OURS, OF_MEMBERS));
  }

  @Test
  void membersSayWhatTheyHaveDone() {
    hides(Source.MEMBER, List.of(CERTIFICATE, OF_PROXIES, OF_OURS));
  }

  @Test
  void gatewaysSpeakForOthers() {
    hides(Source.GATEWAY, List.of(OF_OURS));
  }
}
