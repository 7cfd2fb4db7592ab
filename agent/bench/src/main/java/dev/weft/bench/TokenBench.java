package dev.weft.bench;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.Authenticator;
import dev.weft.engine.config.TokenRule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding out who asks, by a token of RS256 with 700 characters of claims. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TokenBench {

  private static final int MORE_THAN_ARE_REMEMBERED = 3000;

  private final KeyPair keys = keys();
  private final Authenticator authenticator =
      new Authenticator(List.of(rule()), InstantSource.system());
  private final List<String> tokens = tokens();
  private final RequestHead none = head(List.of());
  private int next;

  /** A new text each time, as a server makes it: nothing of it is computed already. */
  @Benchmark
  public Authenticator.Outcome seenBefore() {
    return authenticator.authenticate(bearing(tokens.get(0)));
  }

  /** One that was not seen lately. */
  @Benchmark
  public Authenticator.Outcome newOne() {
    next = (next + 1) % tokens.size();
    return authenticator.authenticate(bearing(tokens.get(next)));
  }

  @Benchmark
  public Authenticator.Outcome none() {
    return authenticator.authenticate(none);
  }

  private static RequestHead bearing(String token) {
    return head(
        List.of(Map.entry("host", "orders"), Map.entry("authorization", "Bearer " + token)));
  }

  private static RequestHead head(List<Map.Entry<String, String>> headers) {
    return new RequestHead("bench", "GET", "http", "orders", "/orders/7", Headers.of(headers));
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private TokenRule rule() {
    return new TokenRule(
        "https://iris",
        List.of("orders"),
        List.of(new TokenRule.Key("k", Set.of("RS256"), keys.getPublic())),
        new TokenRule.Places(
            List.of(new TokenRule.HeaderPlace("authorization", "Bearer ")),
            List.of("access_token"),
            List.of()),
        new TokenRule.Outputs(
            false, "", List.of(new TokenRule.ClaimHeader("x-user", "sub")), Set.of("scope")));
  }

  private List<String> tokens() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < MORE_THAN_ARE_REMEMBERED; i++) {
      made.add(token(i));
    }
    return made;
  }

  private String token(int number) {
    String payload =
        "{\"iss\":\"https://iris\",\"sub\":\"user-"
            + number
            + "\",\"aud\":[\"orders\",\"billing\"],\"scope\":\"read"
            + " write\",\"exp\":4000000000,\"x\":\""
            + "y".repeat(580)
            + "\"}";
    String signed = encoded("{\"alg\":\"RS256\",\"kid\":\"k\"}") + "." + encoded(payload);
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(keys.getPrivate());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encoded(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
