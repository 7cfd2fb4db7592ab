package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.TcpRoute;
import dev.weft.control.api.v1.TcpService;
import dev.weft.control.api.v1.TcpShare;
import dev.weft.engine.config.Subnet;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.xds.wire.IgnoredFields;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services of connections, as the control service sends them. */
class TcpDecodeTest {

  private static TcpService.Builder service(TcpRoute.Builder route) {
    return TcpService.newBuilder().addNames("db").setPort(5432).addRoutes(route);
  }

  private static TcpRoute.Builder route() {
    return TcpRoute.newBuilder().addShares(TcpShare.newBuilder().setCluster("db").setWeight(1));
  }

  private static List<dev.weft.engine.config.TcpService> decode(TcpService.Builder service)
      throws Exception {
    return ResourceType.HOSTS
        .decode(HostTable.newBuilder().addTcp(service).build().toByteArray(), IgnoredFields.UNHEARD)
        .tcp();
  }

  private static void refused(String reason, TcpService.Builder service) {
    assertThatThrownBy(() -> decode(service))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessage(reason);
  }

  @Test
  void whole() throws Exception {
    TcpService.Builder service =
        service(
                route()
                    .addSubnets("10.0.0.0/8")
                    .addSubnets("fd00::1")
                    .addServerNames("*.example.com")
                    .addShares(TcpShare.newBuilder().setCluster("spare").setWeight(2147483647))
                    .setBySource(true))
            .addNames(".example.com")
            .addAddresses("192.0.2.7")
            .addRoutes(route());
    byte[] six = new byte[16];
    six[0] = (byte) 0xfd;
    six[15] = 1;
    assertThat(decode(service))
        .containsExactly(
            new dev.weft.engine.config.TcpService(
                List.of("db", ".example.com"),
                List.of(new Subnet(new byte[] {(byte) 192, 0, 2, 7}, 32)),
                5432,
                List.of(
                    new Route(
                        List.of(new Subnet(new byte[] {10, 0, 0, 0}, 8), new Subnet(six, 128)),
                        List.of("*.example.com"),
                        List.of(new Share("db", 1), new Share("spare", 2147483647)),
                        true),
                    new Route(List.of(), List.of(), List.of(new Share("db", 1)), false))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nobody | \"nobody\" (expected: an IP address or a block of them)",
        "10.0.0.0/33 | \"10.0.0.0/33\": 33 bits (expected: 0 to 32)",
        "10.0.0.0/-1 | \"10.0.0.0/-1\": -1 bits (expected: 0 to 32)",
        "10.0.0.0/x | \"10.0.0.0/x\": For input string: \"x\"",
        "'' | \"\" (expected: an IP address or a block of them)",
      })
  void blocksThatAreNone(String text, String reason) {
    refused("tcp[0].routes[0].subnets: " + reason, service(route().addSubnets(text)));
    refused("tcp[0].addresses: " + reason, service(route()).addAddresses(text));
  }

  @Test
  void portsAndSharesThatAreNone() {
    refused("tcp[0].port: 0 (expected: 1 to 65535)", service(route()).setPort(0));
    refused("tcp[0].port: 65536 (expected: 1 to 65535)", service(route()).setPort(65536));
    refused(
        "tcp[0].routes[0].shares: none (expected: at least one)", service(TcpRoute.newBuilder()));
    refused(
        "tcp[0].routes[0].shares: weight 0 (expected: 1 to 2147483647)",
        service(route().addShares(TcpShare.newBuilder().setCluster("x"))));
    refused(
        "tcp[0].routes[0].shares: weight 4294967295 (expected: 1 to 2147483647)",
        service(route().addShares(TcpShare.newBuilder().setCluster("x").setWeight(-1))));
  }
}
