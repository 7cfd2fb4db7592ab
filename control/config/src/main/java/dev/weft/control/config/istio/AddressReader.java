package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;

/** Checks the address of a WorkloadEntry, or of an endpoint within a ServiceEntry. */
final class AddressReader {

  private static final String UNIX = "unix://";

  private AddressReader() {}

  /** Whether there is an address that can be connected to. */
  static boolean check(ObjectReader endpoint, boolean namesAllowed) {
    String address = endpoint.text("address");
    if (address.isEmpty()) {
      if (!endpoint.has("network")) {
        endpoint.report(
            FindingCode.MISSING, "address", "is missing (expected: an IP address or host)");
      }
      return false;
    }
    if (address.startsWith(UNIX)) {
      endpoint.report(
          FindingCode.FIELD_NOT_ENFORCED,
          "address",
          "Unix sockets are valid, but not enforced yet; the endpoint is left out");
      return false;
    }
    boolean fits = Syntax.isAddress(address) || (namesAllowed && Syntax.isHost(address));
    if (!fits) {
      endpoint.report(
          FindingCode.INVALID,
          "address",
          Excerpt.of(address) + " (expected: an IP address" + (namesAllowed ? " or host)" : ")"));
    }
    return fits;
  }
}
