package dev.weft.xds.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the examples of RFC 7541, appendix C, as far as they need no dynamic table. */
class HpackTest {

  private static List<Map.Entry<String, String>> decode(String hex) throws Http2Exception {
    return Hpack.decode(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Test
  void literalWithIndexing() throws Exception {
    assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .containsExactly(Map.entry("custom-key", "custom-header"));
  }

  @Test
  void literalWithoutIndexing() throws Exception {
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468"))
        .containsExactly(Map.entry(":path", "/sample/path"));
  }

  @Test
  void neverIndexed() throws Exception {
    assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly(Map.entry("password", "secret"));
  }

  @Test
  void requestWithHuffman() throws Exception {
    assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
        .containsExactly(
            Map.entry(":method", "GET"),
            Map.entry(":scheme", "http"),
            Map.entry(":path", "/"),
            Map.entry(":authority", "www.example.com"));
  }

  @Test
  void responseWithHuffman() throws Exception {
    assertThat(
            decode(
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                    + " 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .containsExactly(
            Map.entry(":status", "302"),
            Map.entry("cache-control", "private"),
            Map.entry("date", "Mon, 21 Oct 2013 20:13:21 GMT"),
            Map.entry("location", "https://www.example.com"));
  }

  @Test
  void everyEntryOfTheStaticTable() throws Exception {
    assertThat(decode("81")).containsExactly(Map.entry(":authority", ""));
    assertThat(decode("88")).containsExactly(Map.entry(":status", "200"));
    assertThat(decode("90")).containsExactly(Map.entry("accept-encoding", "gzip, deflate"));
    assertThat(decode("bd")).containsExactly(Map.entry("www-authenticate", ""));
    assertThatThrownBy(() -> decode("be")).hasMessage("header index 62 (expected: 1 to 61)");
  }

  @Test
  void ownHeadersComeBack() throws Exception {
    List<Map.Entry<String, String>> headers =
        List.of(Map.entry(":path", "/a.B/C"), Map.entry("x", "y".repeat(1000)));
    assertThat(Hpack.decode(Hpack.encode(headers))).isEqualTo(headers);
  }

  @Test
  void refusesWhatIsBroken() {
    assertThatThrownBy(() -> decode("3fe1 1f"))
        .hasMessage("dynamic table of 4096 bytes (expected: 0)");
    assertThatThrownBy(() -> decode("00 05 61")).hasMessage("text of 5 bytes, where 1 are left");
    assertThatThrownBy(() -> decode("ff ff ff ff ff ff")).hasMessage("number of more than 4 bytes");
    assertThatThrownBy(() -> decode("00 81 ff 00"))
        .hasMessage("Huffman padding: not the start of EOS");
    assertThatThrownBy(() -> decode("00 85 ff ff ff ff ff 00"))
        .hasMessage("Huffman code: longer than 30 bits");
  }
}
