package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {

  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";
  private static final Instant LATER = Instant.ofEpochSecond(2_000_000_000);
  private static final TestAuthority MESH = new TestAuthority("mesh");
  private static final String TOKEN = Tokens.of(SHOP, LATER, MESH.root);

  @Test
  void saysWhoItsBearerIsAndWhichRootTheMeshHas() {
    JoinToken token = JoinToken.parse(" " + TOKEN + "\r\n", "cluster.local");
    assertThat(token.text()).isEqualTo(TOKEN);
    assertThat(token.subject()).hasToString(SHOP);
    assertThat(token.expires()).isEqualTo(LATER);
    assertThat(token.root()).isEqualTo(RootDigest.of(MESH.root));
    assertThat(token.root()).isNotEqualTo(RootDigest.of(new TestAuthority("mesh").root));
    assertThat(token).hasToString("join token of " + SHOP);
  }

  @Test
  void aServiceAccountsTokenIsItsIdentityInTheGivenTrustDomain() {
    String account = "{\"sub\":\"system:serviceaccount:shop:shop\",\"exp\":2000000000}";
    JoinToken token = JoinToken.parse(Tokens.of("{\"alg\":\"RS256\"}", account), "mesh.test");
    assertThat(token.subject()).hasToString("spiffe://mesh.test/ns/shop/sa/shop");
    assertThat(token.expires()).isEqualTo(LATER);
    assertThat(token.isOfPlatform()).isTrue();
    assertThat(JoinToken.parse(TOKEN, "mesh.test").isOfPlatform()).isFalse();
    refused(Tokens.of("{}", "{\"sub\":\"system:serviceaccount:a/b:c\",\"exp\":2}"), "another kind");
    refused(Tokens.of("{}", "{\"sub\":\"system:serviceaccount:a:b\"}"), "no exp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.b", "a.b.", "a.b.c.d", ".."})
  void somethingElseIsNone(String text) {
    refused(text, "expected: header.claims.signature");
  }

  @Test
  void aTokenOfAnotherKindIsNone() {
    refused(Tokens.of("{\"typ\":\"JWT\"}", Tokens.claims(SHOP, LATER, MESH.root)), "another kind");
    refused(Tokens.of("{\"typ\":\"at+jwt\"}", "{}"), "typ at+jwt");
    refused(Tokens.of("{}", "{}"), "no sub");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | no exp",
        "{\"exp\":\"2000000000\"} | no exp",
        "{\"exp\":2e9} | no exp",
        "{\"exp\":99999999999999999999} | no exp",
        "{\"exp\":2000000000} | no sub",
        "{\"exp\":2000000000,\"sub\":7} | no sub",
        "{\"exp\":2000000000,\"sub\":\"shop\"} | expected: spiffe://",
        "{\"exp\":2000000000,\"sub\":\"spiffe://d/ns/n/sa/s\"} | no root",
        "{\"exp\":2000000000,\"sub\":\"spiffe://d/ns/n/sa/s\",\"root\":\"QQ\"} | expected: a SHA",
        "{\"exp\":2000000000,\"exp\":2} | given twice",
        "{\"exp\":2000000000 | not a JSON object",
        "{\"exp\":2000000000} x | not a JSON object",
        "{\"exp\":02} | not a JSON object",
        "{\"a\":\"\\x\"} | not a JSON object",
        "[] | not a JSON object",
        "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]} | not a JSON object",
      })
  void aTokenWithoutWhatIsNeededIsNone(String claims, String problem) {
    refused(Tokens.of(Tokens.HEADER, claims), problem);
  }

  @Test
  void whatIsNoJsonIsNone() {
    refused("%%%.e30.x", "its header is not base64url");
    refused(Tokens.part(Tokens.HEADER) + ".%%%.x", "its claims is not base64url");
    refused(Tokens.part(Tokens.HEADER) + ".gICA.x", "not UTF-8");
  }

  private static void refused(String text, String problem) {
    assertThatThrownBy(() -> JoinToken.parse(text, "cluster.local"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void readsWhatIsNestedAndEscaped() {
    Claims claims =
        Claims.read(
            " { \"a\\u0041\\n\" : \"x\\\"\" , \"o\":{\"p\":[1,true,null,{}]}, \"n\":-5, \"e\":[] } "
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(claims.text("aA\n")).isEqualTo("x\"");
    assertThat(claims.number("n")).isEqualTo(-5);
    assertThat(claims.text("n")).isNull();
    assertThat(claims.text("o")).isNull();
  }

  @Test
  void aFileIsReadAnewEachTime(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("token");
    TokenSource source = TokenSource.file(file, "cluster.local");
    assertThatThrownBy(source::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read")
        .hasMessageContaining(file.toString());
    Files.writeString(file, TOKEN + "\n");
    assertThat(source.read().text()).isEqualTo(TOKEN);
    String next = Tokens.of(SHOP, LATER.plusSeconds(1), MESH.root);
    Files.writeString(file, next);
    assertThat(source.read().text()).isEqualTo(next);
    Files.writeString(file, "secret-but-no-token");
    assertThatThrownBy(source::read)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret");
  }
}
