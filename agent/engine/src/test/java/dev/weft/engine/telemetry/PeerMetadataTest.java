package dev.weft.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.telemetry.Telemetry.Event;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeerMetadataTest {

  private static final Workload REVIEWS =
      new Workload("reviews-v1", "default", "reviews", "v1", "reviews", "v1", "Kubernetes");

  /**
   * Made with Python's protobuf: Struct {NAME: reviews-v1-abc, NAMESPACE: default, WORKLOAD_NAME:
   * reviews-v1, CLUSTER_ID: Kubernetes, OWNER: ..., LABELS: {app, version, canonical name and
   * revision, pod-template-hash}, APP_CONTAINERS: [a, b], PORT: 9080, MESH: null, ON: true}.
   */
  private static final String GOLDEN =
      "Ch4KDkFQUF9DT05UQUlORVJTEgwyCgoDGgFhCgMaAWIKGgoKQ0xVU1RFUl9JRBIMGgpLdWJlcm5l"
          + "dGVzCqgBCgZMQUJFTFMSnQEqmgEKEAoDYXBwEgkaB3Jldmlld3MKGgoRcG9kLXRlbXBsYXRlLWhh"
          + "c2gSBRoDYWJjCiwKH3NlcnZpY2UuaXN0aW8uaW8vY2Fub25pY2FsLW5hbWUSCRoHcmV2aWV3cwor"
          + "CiNzZXJ2aWNlLmlzdGlvLmlvL2Nhbm9uaWNhbC1yZXZpc2lvbhIEGgJ2MQoPCgd2ZXJzaW9uEgQa"
          + "AnYxCgoKBE1FU0gSAggAChYKCU5BTUVTUEFDRRIJGgdkZWZhdWx0ChgKBE5BTUUSEBoOcmV2aWV3"
          + "cy12MS1hYmMKCAoCT04SAiABCk4KBU9XTkVSEkUaQ2t1YmVybmV0ZXM6Ly9hcGlzL2FwcHMvdjEv"
          + "bmFtZXNwYWNlcy9kZWZhdWx0L2RlcGxveW1lbnRzL3Jldmlld3MtdjEKEQoEUE9SVBIJEQAAAAAA"
          + "vMFACh0KDVdPUktMT0FEX05BTUUSDBoKcmV2aWV3cy12MQ==";

  private static LocalWorkload local(Workload workload) {
    return new LocalWorkload(
        workload, Service.UNKNOWN, "node", "instance", Map.of("team", "books"));
  }

  @Test
  void readsWhatItWrites() {
    assertThat(PeerMetadata.decode(PeerMetadata.encode(local(REVIEWS)))).isEqualTo(REVIEWS);
    Workload odd = new Workload("ü", "n/s", "\"", "r", "x".repeat(300), "v", "c");
    assertThat(PeerMetadata.decode(PeerMetadata.encode(local(odd)))).isEqualTo(odd);
  }

  @Test
  void readsIstios() {
    assertThat(PeerMetadata.decode(GOLDEN)).isEqualTo(REVIEWS);
    // Istio decodes with or without padding.
    assertThat(PeerMetadata.decode(GOLDEN.replace("=", ""))).isEqualTo(REVIEWS);
  }

  @Test
  void takesTheAppForTheCanonicalService() {
    Workload bare = new Workload("w", "ns", "unknown", "unknown", "app", "v3", "c");
    Workload read = PeerMetadata.decode(PeerMetadata.encode(local(bare)));
    assertThat(read).isEqualTo(new Workload("w", "ns", "app", "v3", "app", "v3", "c"));
  }

  @Test
  void isNotFooledByGarbage() {
    assertThat(PeerMetadata.decode("%%%")).isNull();
    assertThat(PeerMetadata.decode("A".repeat(10_000))).isNull();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = Base64.getDecoder().decode(GOLDEN);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(bytes.length + 1);
      byte[] cut = new byte[length];
      System.arraycopy(bytes, 0, cut, 0, length);
      // Whatever it says, it is read or refused: never an exception, never without end.
      PeerMetadata.decode(Base64.getEncoder().encodeToString(cut));
    }
  }

  @Test
  void nestsOnlySoDeep() {
    byte[] struct = new byte[0];
    for (int i = 0; i < 40; i++) {
      byte[] value = field(5, struct);
      struct = field(1, concat(field(1, new byte[] {'a'}), field(2, value)));
    }
    assertThat(PeerMetadata.decode(Base64.getEncoder().encodeToString(struct))).isNull();
  }

  private static byte[] field(int number, byte[] content) {
    int low = (content.length & 0x7f) | 0x80;
    return concat(
        new byte[] {(byte) ((number << 3) | 2), (byte) low, (byte) (content.length >> 7)}, content);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = new byte[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static Headers headers(String id, @Nullable String metadata) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    pairs.add(Map.entry(PeerMetadata.ID_HEADER, id));
    if (metadata != null) {
      pairs.add(Map.entry(PeerMetadata.HEADER, metadata));
    }
    return Headers.of(pairs);
  }

  @Test
  void remembersPeersByTheirIdButBelievesTheDescription() {
    List<Event> events = new ArrayList<>();
    Peers peers =
        new Peers(
            new Telemetry() {
              @Override
              public void ended(RequestReport report) {}

              @Override
              public void happened(Event event) {
                events.add(event);
              }
            });
    assertThat(peers.of(Headers.NONE)).isNull();
    assertThat(peers.of(headers("a", null))).isNull();
    Workload first = peers.of(headers("a", GOLDEN));
    assertThat(first).isEqualTo(REVIEWS);
    assertThat(peers.of(headers("a", GOLDEN))).isSameAs(first);
    assertThat(peers.of(headers("a", null))).isSameAs(first);
    Workload other = new Workload("w", "ns", "s", "r", "a", "v", "c");
    assertThat(peers.of(headers("a", PeerMetadata.encode(local(other))))).isEqualTo(other);
    assertThat(peers.of(headers("b", "%%%"))).isNull();
    assertThat(events).containsExactly(Event.BAD_PEER_METADATA);
    for (int i = 0; i < 3_000; i++) {
      assertThat(peers.of(headers("id" + i, GOLDEN))).isEqualTo(REVIEWS); // bounded, never wrong
    }
  }
}
