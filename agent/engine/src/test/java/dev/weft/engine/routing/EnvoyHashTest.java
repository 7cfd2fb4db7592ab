package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Locality;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.HashPolicy;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.TrafficPolicy.Availability;
import dev.weft.engine.config.TrafficPolicy.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A consistent load balancer picks the very endpoint that a real Envoy has picked. */
class EnvoyHashTest {

  private static final HashPolicy USER = new HashPolicy.Header("x-user", false);
  private static final HashPolicy QUERY = new HashPolicy.QueryParameter("q", false);
  private static final HashPolicy SOURCE = new HashPolicy.SourceIp(false);
  private static final Map<String, List<HashPolicy>> ROUTES =
      Map.of(
          "header", List.of(USER),
          "cookie", List.of(new HashPolicy.Cookie("sid", "", null, List.of(), false)),
          "query", List.of(QUERY),
          "source", List.of(SOURCE),
          "both", List.of(USER, QUERY, SOURCE),
          "terminal", List.of(new HashPolicy.Header("x-user", true), QUERY));

  private final Random random = new Random(1);

  @Test
  void picksWhatEnvoyPicks() throws IOException {
    Map<String, Balancer> balancers = new HashMap<>();
    List<String> differences = new ArrayList<>();
    int picks = 0;
    String[] cluster = {};
    List<Endpoint> endpoints = new ArrayList<>();
    for (String line : lines()) {
      String[] words = line.split("\t", -1);
      if (words[0].equals("host")) {
        endpoints.add(endpoint(words));
        balancers.put(cluster[1], balancer(cluster, endpoints));
      } else if (words[0].equals("cluster")) {
        cluster = words;
        endpoints.clear();
      } else {
        String picked = picked(Objects.requireNonNull(balancers.get(words[1])), words);
        if (!picked.equals(words[6])) {
          differences.add(line + " -> " + picked);
        }
        picks++;
      }
    }
    assertThat(differences).isEmpty();
    assertThat(picks).isGreaterThan(500);
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(EnvoyHashTest.class.getResourceAsStream("envoy-hash.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  private static Endpoint endpoint(String[] words) throws UnknownHostException {
    String[] place = words[4].split("/", -1);
    int weight = Integer.parseInt(words[5]);
    Locality locality =
        place.length == 3 ? new Locality(place[0], place[1], place[2], weight) : Locality.UNKNOWN;
    return new Endpoint(
        address(words[1]),
        Integer.parseInt(words[2]),
        Health.valueOf(words[6]),
        Integer.parseInt(words[3]),
        locality,
        Workload.UNKNOWN);
  }

  private static InetSocketAddress address(String text) throws UnknownHostException {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
  }

  private Balancer balancer(String[] words, List<Endpoint> endpoints) {
    LoadBalancing balancing = LoadBalancing.valueOf(words[2]);
    int size = Integer.parseInt(words[3]);
    Hashing hashing =
        balancing == LoadBalancing.MAGLEV
            ? new Hashing(1024, Hashing.MOST_POINTS, size)
            : new Hashing(size, Hashing.MOST_POINTS, 65_537);
    boolean byLocality = endpoints.stream().anyMatch(it -> it.locality().weight() > 0);
    TrafficPolicy policy =
        TrafficPolicy.of(balancing, Duration.ofSeconds(1))
            .withHashing(hashing)
            .withAvailability(new Availability(0, 140, byLocality));
    Cluster cluster =
        new Cluster(words[1], Discovery.ENDPOINTS, policy, Service.UNKNOWN, endpoints);
    return new Balancer(cluster, random, System::nanoTime, null);
  }

  private String picked(Balancer balancer, String[] words) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String pair : words[3].equals("-") ? new String[0] : words[3].split("&", -1)) {
      int equals = pair.indexOf('=');
      // Envoy hashes bytes, and so are characters above 127 in a header of ours.
      String bytes = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.ISO_8859_1);
      headers.add(Map.entry(pair.substring(0, equals), bytes));
    }
    String target = "/" + words[1] + "/" + words[2] + (words[4].equals("-") ? "" : words[4]);
    RequestHead head =
        new RequestHead("test", "GET", "http", "reviews", target, Headers.of(headers));
    RequestHash hash =
        new RequestHash(Objects.requireNonNull(ROUTES.get(words[2])), HeaderEdits.NONE);
    RequestHash.Request request =
        new RequestHash.Request(
            head, head.headers(), new RequestHash.Sent(target, "reviews"), words[5]);
    long value = Objects.requireNonNull(hash.of(request, random)).value();
    Upstream upstream = Objects.requireNonNull(balancer.pick(random, value));
    InetSocketAddress address = upstream.endpoint().address();
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[::1]" : host) + ":" + address.getPort();
  }
}
