package dev.weft.engine.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.engine.config.Subnet;
import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which service and which route a connection is for. */
class TcpMatchTest {

  private static final TcpRoutes ROUTES =
      new TcpRoutes(
          List.of(
              service(9000, List.of("db", "db.default"), "10.1.2.3/32", "fd00::/64"),
              service(9000, List.of("late", "db"), "10.1.2.3/32"),
              service(9000, List.of("block"), "10.0.0.0/8", "10.1.0.0/12"),
              service(9000, List.of("inner"), "10.1.0.0/16"),
              service(443, List.of(".example.com")),
              service(443, List.of(".deep.example.com")),
              service(443, List.of("www.example.com"))));

  private static TcpService service(int port, List<String> names, String... addresses) {
    return new TcpService(
        names, Arrays.stream(addresses).map(TcpMatchTest::subnet).toList(), port, List.of());
  }

  private static Subnet subnet(String text) {
    String[] parts = text.split("/");
    return new Subnet(address(parts[0]).getAddress(), Integer.parseInt(parts[1]));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** As the JDK hands it over: an address that may remember its name. */
  private static InetSocketAddress remote(String name, String address, int port) {
    try {
      return name.isEmpty()
          ? new InetSocketAddress(address(address), port)
          : new InetSocketAddress(
              InetAddress.getByAddress(name, address(address).getAddress()), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // by name, whatever the address
    "db, 192.0.2.1, 9000, db",
    "DB., 192.0.2.1, 9000, db",
    "db.default, 192.0.2.1, 9000, db",
    "late, 192.0.2.1, 9000, late",
    "db, 192.0.2.1, 9001, ",
    "db2, 192.0.2.1, 9000, ",
    // by address, where the name says nothing
    "'', 10.1.2.3, 9000, db",
    "unknown, 10.1.2.3, 9000, db",
    "'', 10.1.2.4, 9000, inner",
    "'', 10.15.0.1, 9000, block",
    "'', 10.200.0.1, 9000, block",
    "'', 11.0.0.1, 9000, ",
    "'', 10.1.2.3, 443, ",
    "'', fd00::1, 9000, db",
    "'', fd00:0:0:1::1, 9000, ",
    // wildcards: the most exact
    "a.example.com, 192.0.2.1, 443, .example.com",
    "a.b.example.com, 192.0.2.1, 443, .example.com",
    "a.deep.example.com, 192.0.2.1, 443, .deep.example.com",
    "deep.example.com, 192.0.2.1, 443, .example.com",
    "www.example.com, 192.0.2.1, 443, www.example.com",
    "example.com, 192.0.2.1, 443, ",
    "badexample.com, 192.0.2.1, 443, ",
  })
  void aServiceIsFoundByNameThenByAddress(
      String name, String address, int port, @Nullable String expected) {
    TcpService found = ROUTES.service(remote(name, address, port));
    assertThat(found == null ? null : found.names().get(0)).isEqualTo(expected);
  }

  @Test
  void namesThatWereNotLookedUpDoAsWell() {
    TcpService found = ROUTES.service(InetSocketAddress.createUnresolved("db", 9000));
    assertThat(found).isNotNull();
    assertThat(ROUTES.service(InetSocketAddress.createUnresolved("db2", 9000))).isNull();
  }

  private static Route route(String to, String subnets, String names) {
    return new Route(
        Arrays.stream(subnets.split(" "))
            .filter(it -> !it.isEmpty())
            .map(it -> subnet(it))
            .toList(),
        Arrays.stream(names.split(" ")).filter(it -> !it.isEmpty()).toList(),
        List.of(new Share(to, 1)),
        false);
  }

  private static @Nullable String to(InetSocketAddress remote, Route... routes) {
    TcpService service = new TcpService(List.of("any"), List.of(), 443, Arrays.asList(routes));
    Route found = TcpRoutes.route(service, remote);
    return found == null ? null : found.shares().get(0).cluster();
  }

  @Test
  void theSmallestBlockDecidesFirst() {
    Route any = route("any", "", "");
    Route large = route("large", "10.0.0.0/8", "");
    Route small = route("small", "192.168.0.0/16 10.1.0.0/16", "");
    assertThat(to(remote("", "10.1.2.3", 443), any, large, small)).isEqualTo("small");
    assertThat(to(remote("", "192.168.7.7", 443), any, large, small)).isEqualTo("small");
    assertThat(to(remote("", "10.2.2.3", 443), small, large, any)).isEqualTo("large");
    assertThat(to(remote("", "11.2.2.3", 443), small, large, any)).isEqualTo("any");
    assertThat(to(remote("", "11.2.2.3", 443), small, large)).isNull();
    assertThat(to(InetSocketAddress.createUnresolved("x", 443), small, large, any))
        .isEqualTo("any");
  }

  @Test
  void thenTheMostExactNameAndOfEqualsTheFirst() {
    Route any = route("any", "", "*");
    Route wild = route("wild", "", "*.example.com");
    Route wilder = route("wilder", "", "*.deep.example.com");
    Route exact = route("exact", "", "other a.example.com");
    Route second = route("second", "", "a.example.com");
    Route[] all = {any, wild, wilder, exact, second};
    assertThat(to(remote("a.example.com", "192.0.2.1", 443), all)).isEqualTo("exact");
    assertThat(to(remote("A.Example.com.", "192.0.2.1", 443), all)).isEqualTo("exact");
    assertThat(to(remote("b.example.com", "192.0.2.1", 443), all)).isEqualTo("wild");
    assertThat(to(remote("b.deep.example.com", "192.0.2.1", 443), all)).isEqualTo("wilder");
    assertThat(to(remote("elsewhere", "192.0.2.1", 443), all)).isEqualTo("any");
    assertThat(to(remote("elsewhere", "192.0.2.1", 443), wild, exact)).isNull();
    assertThat(to(remote("", "192.0.2.1", 443), wild, exact)).isNull();
  }

  /** Envoy does not look for the name in larger blocks once a smaller one was found. */
  @Test
  void noNameIsLookedForOutsideOfTheSmallestBlock() {
    Route named = route("named", "10.0.0.0/8", "a.example.com");
    Route narrow = route("narrow", "10.1.0.0/16", "b.example.com");
    assertThat(to(remote("a.example.com", "10.1.0.1", 443), named, narrow)).isNull();
    assertThat(to(remote("a.example.com", "10.2.0.1", 443), named, narrow)).isEqualTo("named");
  }

  @Test
  void blocksOfEverySize() {
    InetAddress address = address("255.170.85.1");
    for (int bits = 0; bits <= 32; bits++) {
      assertThat(new Subnet(address.getAddress(), bits).contains(address)).as("%d", bits).isTrue();
      for (int flipped = 0; flipped < 32; flipped++) {
        byte[] other = address.getAddress();
        other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
        assertThat(new Subnet(other, bits).contains(address))
            .as("%d bits, bit %d is another", bits, flipped)
            .isEqualTo(flipped >= bits);
      }
    }
    assertThat(new Subnet(new byte[16], 0).contains(address)).isFalse();
    assertThatThrownBy(() -> new Subnet(address.getAddress(), 33))
        .hasMessage("33 bits (expected: 0 to 32)");
  }
}
