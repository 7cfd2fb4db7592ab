package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.ClientTls;
import dev.weft.control.model.ClientTls.Authorities;
import dev.weft.control.model.ClientTls.Mode;
import dev.weft.control.model.ClientTls.Own;
import dev.weft.control.model.FindingCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a DestinationRule's {@code tls}, with the rules of istiod's ValidateTLS. */
final class TlsReader {

  private TlsReader() {}

  /** Null without such a block; an empty one is {@code DISABLE}. */
  static @Nullable ClientTls read(ObjectReader policy) {
    if (!policy.has("tls")) {
      return null;
    }
    ObjectReader block = policy.object("tls");
    Mode mode = block.has("mode") ? Mode.valueOf(block.text("mode")) : Mode.DISABLE;
    ClientTls tls =
        new ClientTls(
            mode,
            new Own(
                block.text("clientCertificate"),
                block.text("privateKey"),
                block.text("credentialName")),
            new Authorities(
                block.text("caCertificates"),
                block.text("caCrl"),
                block.flag("insecureSkipVerify")),
            block.texts("subjectAltNames"),
            block.text("sni"));
    if (mode.originates()) {
      check(block, tls);
    }
    return tls;
  }

  private static void check(ObjectReader block, ClientTls tls) {
    boolean secret = !tls.own().credentialName().isEmpty();
    if (tls.authorities().skipped()) {
      exclude(block, "insecureSkipVerify", List.of("caCertificates", "subjectAltNames"));
      if (tls.mode() == Mode.SIMPLE) {
        exclude(block, "insecureSkipVerify", List.of("credentialName"));
      }
      block.report(
          FindingCode.UNVERIFIED_SERVER,
          "insecureSkipVerify",
          "whoever answers is taken for the server (expected: false)");
    } else if (!tls.sni().isEmpty() && tls.subjectAltNames().isEmpty()) {
      block.report(
          FindingCode.UNVERIFIED_SERVER,
          "sni",
          "without subjectAltNames: a certificate of any name will do, as in Istio"
              + " (expected: subjectAltNames here or in the ServiceEntry, or no sni)");
    }
    if (secret) {
      exclude(
          block,
          "credentialName",
          List.of("clientCertificate", "caCertificates", "privateKey", "caCrl"));
    } else if (tls.mode() == Mode.MUTUAL) {
      for (String field : List.of("clientCertificate", "privateKey")) {
        if (block.text(field).isEmpty()) {
          block.report(FindingCode.MISSING, field, "is missing (expected: a file, with MUTUAL)");
        }
      }
    }
  }

  private static void exclude(ObjectReader block, String field, List<String> others) {
    for (String other : others) {
      if (block.has(other)) {
        block.report(
            FindingCode.CONFLICTING_FIELDS,
            other,
            "set together with " + field + " (expected: one of them)");
      }
    }
  }
}
