package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.model.ClientTls;
import dev.weft.control.model.ClientTls.Mode;
import dev.weft.control.model.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is spoken to a cluster's endpoints, as istiod's cluster_tls.go has it. Agents are given the
 * names of secrets that istiod gives to sidecars ({@code file-root:}, {@code file-cert:}, {@code
 * default}, {@code ROOTCA}); an Envoy of ours has nobody to ask for these, and reads the files.
 */
final class TransportSockets {

  private static final String TLS = "envoy.transport_sockets.tls";
  private static final String SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";
  private static final SdsSecretConfig OWN = secret("default");
  private static final SdsSecretConfig ROOTS = secret("ROOTCA");

  private static final TransportSocket PLAINTEXT =
      socket("envoy.transport_sockets.raw_buffer", RawBuffer.getDefaultInstance());

  private static final TlsParameters PARAMETERS =
      TlsParameters.newBuilder()
          .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2)
          .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3)
          .build();

  private final Profile profile;
  private final boolean http2;

  TransportSockets(Profile profile, boolean http2) {
    this.profile = profile;
    this.http2 = http2;
  }

  /** Whether such a client can do what a rule demands; else it must not reach the cluster. */
  static boolean canSpeak(@Nullable ClientTls tls, Profile profile) {
    return tls == null
        || tls.mode() == Mode.DISABLE
        || switch (profile) {
          case WEFT -> true;
          case GRPC -> false; // it would need certificate providers of its own
          case ENVOY -> tls.mode().originates() && tls.own().credentialName().isEmpty();
        };
  }

  /** Says where the server name comes from; false: there is nothing to say. */
  static boolean name(@Nullable ClientTls tls, HttpProtocolOptions.Builder protocol) {
    if (tls == null || !tls.takesNameFromHost()) {
      return false;
    }
    protocol.setUpstreamHttpProtocolOptions(
        UpstreamHttpProtocolOptions.newBuilder()
            .setAutoSni(true)
            .setAutoSanValidation(tls.verifiesHost()));
    return true;
  }

  /** Empty where no rule says anything. */
  Optional<TransportSocket> of(Cluster cluster) {
    ClientTls tls = cluster.policy().tls();
    if (tls == null) {
      return Optional.empty();
    }
    return switch (tls.mode()) {
      // In so many words: agents speak mutual TLS where nothing is said.
      case DISABLE -> profile == Profile.WEFT ? Optional.of(PLAINTEXT) : Optional.empty();
      case ISTIO_MUTUAL -> Optional.of(socket(TLS, mutual(cluster, tls)));
      case SIMPLE, MUTUAL -> Optional.of(socket(TLS, originated(cluster, tls)));
    };
  }

  private static TransportSocket socket(String name, Message config) {
    return TransportSocket.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }

  private UpstreamTlsContext mutual(Cluster cluster, ClientTls tls) {
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(PARAMETERS)
            .addTlsCertificateSdsSecretConfigs(OWN)
            .setCombinedValidationContext(
                CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(names(cluster, tls))
                    .setValidationContextSdsSecretConfig(ROOTS))
            .addAlpnProtocols("istio-peer-exchange")
            .addAlpnProtocols("istio");
    if (http2) {
      common.addAlpnProtocols("h2");
    }
    String sni = tls.sni().isEmpty() ? serverName(cluster) : tls.sni();
    return UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(sni).build();
  }

  /** {@code outbound_.80_.v1_.reviews.default.svc.cluster.local}. */
  private static String serverName(Cluster cluster) {
    return String.join(
        "_.",
        "outbound",
        String.valueOf(cluster.port().number()),
        cluster.destination().subset(),
        cluster.destination().host().value());
  }

  private UpstreamTlsContext originated(Cluster cluster, ClientTls tls) {
    CommonTlsContext.Builder common = CommonTlsContext.newBuilder().setTlsParams(PARAMETERS);
    if (tls.mode() == Mode.MUTUAL || !tls.own().credentialName().isEmpty()) {
      present(common, tls.own());
    }
    CertificateValidationContext.Builder verified = names(cluster, tls).toBuilder();
    if (!tls.authorities().revocations().isEmpty()) {
      verified.setCrl(file(tls.authorities().revocations()));
    }
    String roots = tls.authorities().certificates();
    if (tls.authorities().skipped()) {
      common.setValidationContext(CertificateValidationContext.getDefaultInstance());
    } else if (profile == Profile.ENVOY) {
      common.setValidationContext(
          verified.setTrustedCa(file(roots.isEmpty() ? SYSTEM_ROOTS : roots)));
    } else {
      common.setCombinedValidationContext(
          CombinedCertificateValidationContext.newBuilder()
              .setDefaultValidationContext(verified)
              .setValidationContextSdsSecretConfig(
                  secret("file-root:" + (roots.isEmpty() ? "system" : roots))));
    }
    if (http2) {
      common.addAlpnProtocols("h2");
    }
    return UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(tls.sni()).build();
  }

  private void present(CommonTlsContext.Builder common, ClientTls.Own own) {
    if (!own.credentialName().isEmpty()) {
      // Agents know no such secret, and send nothing.
      common.addTlsCertificateSdsSecretConfigs(secret("kubernetes://" + own.credentialName()));
    } else if (profile == Profile.ENVOY) {
      common.addTlsCertificates(
          TlsCertificate.newBuilder()
              .setCertificateChain(file(own.certificate()))
              .setPrivateKey(file(own.key())));
    } else {
      common.addTlsCertificateSdsSecretConfigs(
          secret("file-cert:" + own.certificate() + "~" + own.key()));
    }
  }

  /** The rule's names, else those of the ServiceEntry. */
  private static CertificateValidationContext names(Cluster cluster, ClientTls tls) {
    List<String> names =
        tls.subjectAltNames().isEmpty()
            ? cluster.service().subjectAltNames()
            : tls.subjectAltNames();
    CertificateValidationContext.Builder built = CertificateValidationContext.newBuilder();
    names.forEach(name -> addName(built, StringMatcher.newBuilder().setExact(name).build()));
    return built.build();
  }

  @SuppressWarnings("deprecation") // as istiod has it: of whatever type the name is
  private static void addName(CertificateValidationContext.Builder built, StringMatcher name) {
    built.addMatchSubjectAltNames(name);
  }

  private static DataSource file(String path) {
    return DataSource.newBuilder().setFilename(path).build();
  }

  /** Agents have it already, or read it: nothing is fetched. */
  private static SdsSecretConfig secret(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(ListenerResource.ADS).build();
  }
}
