package dev.weft.xds.decode;

import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.List;
import java.util.Set;

/** {@code weft.control.v1.HostTable}. */
final class HostTableDecoder {

  private HostTableDecoder() {}

  static Hosts decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.HostTable table = dev.weft.xds.proto.HostTable.parse(in);
    List<String> wildcards = table.wildcards();
    for (int i = 0; i < wildcards.size(); i++) {
      String wildcard = wildcards.get(i);
      if (!wildcard.startsWith(".")) {
        throw Where.ROOT
            .in("wildcards", i)
            .refuse("\"" + wildcard + "\" (expected: what follows the star, such as .example.com)");
      }
    }
    HostTable hosts =
        new HostTable(Set.copyOf(table.hosts()), wildcards, table.contextHeaders(), policy(table));
    return new Hosts(hosts, TcpServiceDecoder.decode(table.tcp()));
  }

  private static OutboundTrafficPolicy policy(dev.weft.xds.proto.HostTable table)
      throws InvalidResourceException {
    int policy = table.outboundTrafficPolicy();
    return switch (policy) {
      case dev.weft.xds.proto.OutboundTrafficPolicy.ALLOW_ANY -> OutboundTrafficPolicy.ALLOW_ANY;
      case dev.weft.xds.proto.OutboundTrafficPolicy.REGISTRY_ONLY ->
          OutboundTrafficPolicy.registryOnly(
              Set.copyOf(table.opaquePorts()), KnownServiceDecoder.decode(table.known()));
      default ->
          throw Where.ROOT
              .in("outbound_traffic_policy")
              .refuse(policy + " (expected: ALLOW_ANY or REGISTRY_ONLY)");
    };
  }
}
