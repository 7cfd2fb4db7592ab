package dev.weft.xds.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.weft.xds.proto.RetryPolicy;
import dev.weft.xds.proto.RouteAction;
import dev.weft.xds.proto.Struct;
import dev.weft.xds.proto.Value;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against the encoder of protobuf itself. */
class WireReaderTest {

  private static WireReader reader(byte[] bytes) {
    return new WireReader(bytes, IgnoredFields.UNHEARD);
  }

  private interface Encoding {
    void write(CodedOutputStream out) throws java.io.IOException;
  }

  private static byte[] bytes(Encoding encoding) throws java.io.IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    encoding.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void numbersPackedAndOneByOne() throws Exception {
    var policy =
        io.envoyproxy.envoy.config.route.v3.RetryPolicy.newBuilder()
            .addRetriableStatusCodes(503)
            .addRetriableStatusCodes(-1)
            .build();
    assertThat(RetryPolicy.parse(reader(policy.toByteArray())).retriableStatusCodes())
        .containsExactly(503L, 4_294_967_295L);
    byte[] single =
        bytes(
            out -> {
              out.writeUInt32(7, 503);
              out.writeUInt32(7, 504);
            });
    assertThat(RetryPolicy.parse(reader(single)).retriableStatusCodes())
        .containsExactly(503L, 504L);
  }

  @Test
  void theLastMemberOfAOneofHolds() throws Exception {
    byte[] both =
        bytes(
            out -> {
              out.writeString(1, "a");
              out.writeByteArray(3, WeightedCluster.getDefaultInstance().toByteArray());
            });
    RouteAction action = RouteAction.parse(reader(both));
    assertThat(action.cluster()).isNull();
    assertThat(action.weightedClusters()).isNotNull();
  }

  @Test
  void aMessageInPartsIsTheirUnion() throws Exception {
    byte[] parts =
        bytes(
            out -> {
              out.writeByteArray(8, new byte[] {8, 5});
              out.writeByteArray(8, new byte[] {16, 7});
            });
    var timeout = Objects.requireNonNull(RouteAction.parse(reader(parts)).timeout());
    assertThat(timeout.seconds()).isEqualTo(5);
    assertThat(timeout.nanos()).isEqualTo(7);
  }

  @Test
  void whatIsWrittenReadsTheSameThere() throws Exception {
    Struct struct =
        new Struct()
            .fields(
                Map.of(
                    "text",
                    new Value().stringValue("ä€𝄞"),
                    "number",
                    new Value().numberValue(-1.5),
                    "yes",
                    new Value().boolValue(true)));
    var there = com.google.protobuf.Struct.parseFrom(struct.toByteArray()).getFieldsMap();
    assertThat(Objects.requireNonNull(there.get("text")).getStringValue()).isEqualTo("ä€𝄞");
    assertThat(Objects.requireNonNull(there.get("number")).getNumberValue()).isEqualTo(-1.5);
    assertThat(Objects.requireNonNull(there.get("yes")).getBoolValue()).isTrue();
    Struct back =
        Struct.parse(
            reader(com.google.protobuf.Struct.parseFrom(struct.toByteArray()).toByteArray()));
    assertThat(Objects.requireNonNull(back.fields().get("text")).stringValue()).isEqualTo("ä€𝄞");
  }

  @Test
  void tellsWhatItIgnores() throws Exception {
    List<String> ignored = new ArrayList<>();
    byte[] bytes =
        bytes(
            out -> {
              out.writeString(1, "a");
              out.writeByteArray(34, new byte[0]);
              out.writeFixed32(4000, 1);
              out.writeFixed64(4001, 1);
              out.writeUInt64(4002, -1);
            });
    assertThat(RouteAction.parse(new WireReader(bytes, ignored::add)).cluster()).isEqualTo("a");
    assertThat(ignored)
        .containsExactly(
            "envoy.config.route.v3.RouteAction.internal_redirect_policy",
            "envoy.config.route.v3.RouteAction.4000",
            "envoy.config.route.v3.RouteAction.4001",
            "envoy.config.route.v3.RouteAction.4002");
  }

  @Test
  void refusesByNameAndPlace() throws Exception {
    byte[] bytes = bytes(out -> out.writeByteArray(3, bytes(in -> in.writeByteArray(1, nested()))));
    assertThatThrownBy(() -> RouteAction.parse(reader(bytes)))
        .hasMessage("weighted_clusters.clusters[0].cluster_header: not supported");
  }

  private static byte[] nested() throws java.io.IOException {
    return bytes(out -> out.writeString(12, "x-cluster"));
  }

  @Test
  void refusesWhatIsBroken() {
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {10, 5, 'a'})))
        .hasMessage("field 1: 5 bytes, where 1 are left");
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {8, 5})))
        .hasMessage("field 1: wire type 0 (expected: 2)");
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {10, 1, (byte) 0xff})))
        .hasMessage("field 1: not UTF-8");
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {(byte) 0x80})))
        .hasMessage("ends within a number");
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {0})))
        .hasMessage("tag: 0 (expected: a field of 1 to 536870911)");
    assertThatThrownBy(() -> RouteAction.parse(reader(new byte[] {(byte) 0xfb, 7})))
        .hasMessage("field 127: wire type 3 (expected: 0 to 2, 5)");
  }

  @Test
  void refusesDepth() throws Exception {
    byte[] deep = new byte[0];
    for (int i = 0; i < 40; i++) {
      byte[] inner = deep;
      deep = bytes(out -> out.writeByteArray(6, bytes(list -> list.writeByteArray(1, inner))));
    }
    byte[] value = deep;
    assertThatThrownBy(() -> Value.parse(reader(value)))
        .hasMessageContaining("messages nested deeper than 64");
  }
}
