package dev.weft.xds.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests by chance: some plain, some in spellings that have fooled others. */
final class RandomRequests {

  /**
   * A request's head.
   *
   * @param headers without {@code Host}
   */
  record Request(
      String method, String target, String host, List<Map.Entry<String, String>> headers) {}

  private static final List<String> SPELLINGS =
      List.of(
          "/admin",
          "/admin/x",
          "/admin/x/y",
          "/public",
          "/public/a.b",
          "/public/a.b?x=/admin",
          "/pkg.Service/Method",
          "/",
          "/other",
          "/ADMIN",
          "/admin/",
          "/a%20b",
          "/public/../admin",
          "/public/%2e%2e/admin",
          "//admin",
          "/public//a.b",
          "/%61dmin",
          "/x%2F..%2Fadmin",
          "/a\\..\\admin",
          "/admin;x=y",
          "/public/..;/admin",
          "/.;/admin",
          "/admin%3b",
          "/public/./a.b",
          "/admin%2fx",
          "/*",
          "/public/[x]",
          "/a%5cadmin");

  private static final List<String> HOSTS =
      List.of(
          "orders",
          "orders:8080",
          "ORDERS",
          "orders.",
          "orders.shop.svc",
          "secret.com",
          "Secret.com:80",
          "api.x",
          "api.x.");

  private final Random random;

  RandomRequests(Random random) {
    this.random = random;
  }

  Request next() {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String name : RandomPolicies.HEADERS.subList(0, 2)) {
      int count = Math.max(0, random.nextInt(5) - 2);
      for (int i = 0; i < count; i++) {
        headers.add(Map.entry(name, one(RandomPolicies.VALUES)));
      }
    }
    if (random.nextInt(4) == 0) {
      headers.add(
          Map.entry("x-forwarded-for", random.nextBoolean() ? "10.1.2.3" : "10.1.2.3, 192.0.2.1"));
    }
    return new Request(
        one(RandomPolicies.METHODS.subList(0, 3)), one(SPELLINGS), one(HOSTS), headers);
  }

  private <T> T one(List<T> many) {
    return many.get(random.nextInt(many.size()));
  }
}
