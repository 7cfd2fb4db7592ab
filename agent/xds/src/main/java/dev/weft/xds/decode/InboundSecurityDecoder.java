package dev.weft.xds.decode;

import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.SpiffeId;
import dev.weft.xds.proto.InboundSecurityMode;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code weft.control.v1.InboundSecurity}. */
final class InboundSecurityDecoder {

  private InboundSecurityDecoder() {}

  static InboundSecurity decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.InboundSecurity message = dev.weft.xds.proto.InboundSecurity.parse(in);
    Map<Integer, Mode> ports = new HashMap<>();
    for (Map.Entry<Long, Integer> each : message.ports().entrySet()) {
      Where where = Where.ROOT.in("ports");
      ports.put(Numbers.port(each.getKey(), where), mode(each.getValue(), where));
    }
    return new InboundSecurity(
        mode(message.mode(), Where.ROOT.in("mode")), ports, domains(message.trustDomains()));
  }

  private static Mode mode(int mode, Where where) throws InvalidResourceException {
    return switch (mode) {
      case InboundSecurityMode.DISABLE -> Mode.DISABLE;
      case InboundSecurityMode.PERMISSIVE -> Mode.PERMISSIVE;
      case InboundSecurityMode.UNSPECIFIED, InboundSecurityMode.STRICT -> Mode.STRICT;
      default ->
          throw where.refuse(
              InboundSecurityMode.name(mode) + " (expected: DISABLE, PERMISSIVE or STRICT)");
    };
  }

  private static Set<String> domains(List<String> texts) throws InvalidResourceException {
    Where where = Where.ROOT.in("trust_domains");
    if (texts.isEmpty()) {
      throw where.refuse("none (expected: the mesh's own at least)");
    }
    for (int i = 0; i < texts.size(); i++) {
      if (!SpiffeId.isDomain(texts.get(i))) {
        throw Where.ROOT
            .in("trust_domains", i)
            .refuse("\"" + texts.get(i) + "\" (expected: a trust domain)");
      }
    }
    return new HashSet<>(texts);
  }
}
