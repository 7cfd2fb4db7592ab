package dev.weft.control.xds.resource;

import com.google.protobuf.ByteString;
import dev.weft.control.api.v1.IdentityEndpoints;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.api.v1.TrustBundle;
import dev.weft.control.model.InboundPolicy;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.Namespace;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who serves where, and what workloads demand of those who connect: Weft's own resources. */
public final class SecurityResources {

  /** The name of the one bundle, as Istio's agents name it. */
  public static final String BUNDLE = "ROOTCA";

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private SecurityResources() {}

  /** Whose policy is asked for: {@code default?app=reviews&version=v1}. */
  public record Selected(Namespace namespace, Map<String, String> labels) {

    public Selected {
      labels = Map.copyOf(labels);
    }

    /** Empty where the name is not of that form. */
    public static Optional<Selected> parse(String name) {
      int mark = name.indexOf('?');
      if (mark < 0 || !NAMESPACE.matcher(name.substring(0, mark)).matches()) {
        return Optional.empty();
      }
      Map<String, String> labels = new HashMap<>();
      for (String label : name.substring(mark + 1).split("&", -1)) {
        int equals = label.indexOf('=');
        if (equals > 0) {
          labels.put(label.substring(0, equals), label.substring(equals + 1));
        } else if (!label.isEmpty()) {
          return Optional.empty();
        }
      }
      return Optional.of(new Selected(new Namespace(name.substring(0, mark)), labels));
    }
  }

  /**
   * Where one identity serves.
   *
   * @param places sorted
   */
  public static IdentityEndpoints identity(String identity, Collection<String> places) {
    return IdentityEndpoints.newBuilder().setIdentity(identity).addAllAddresses(places).build();
  }

  /** Whom the mesh believes. */
  public static TrustBundle trust(dev.weft.control.model.TrustBundle bundle) {
    TrustBundle.Builder built = TrustBundle.newBuilder();
    for (X509Certificate root : bundle.roots()) {
      try {
        built.addRoots(ByteString.copyFrom(root.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("it was read from its encoding", e);
      }
    }
    return built.build();
  }

  /**
   * @param trustDomains whose identities may be trusted; the mesh's own first
   */
  public static InboundSecurity inbound(InboundPolicy policy, List<String> trustDomains) {
    InboundSecurity.Builder built =
        InboundSecurity.newBuilder().setMode(mode(policy.mode())).addAllTrustDomains(trustDomains);
    policy.ports().forEach((port, mode) -> built.putPorts(port, mode(mode)));
    return built.build();
  }

  private static InboundSecurity.Mode mode(MutualTls mode) {
    return switch (mode) {
      case DISABLE -> InboundSecurity.Mode.DISABLE;
      case PERMISSIVE -> InboundSecurity.Mode.PERMISSIVE;
      // What a policy leaves unset was resolved before: whatever is left is a fault of ours.
      case STRICT, UNSET -> InboundSecurity.Mode.STRICT;
    };
  }
}
