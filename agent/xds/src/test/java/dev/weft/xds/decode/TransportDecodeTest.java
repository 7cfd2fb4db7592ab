package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.engine.config.Transport;
import dev.weft.engine.config.Transport.Own;
import dev.weft.engine.config.Transport.ServerName;
import dev.weft.engine.config.Transport.Tls;
import dev.weft.engine.config.Transport.Verification;
import dev.weft.xds.wire.IgnoredFields;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is spoken to endpoints, from the messages of istiod to the engine's records. */
class TransportDecodeTest {

  private static Cluster.Builder cluster() {
    return Cluster.newBuilder().setName("c").setType(Cluster.DiscoveryType.EDS);
  }

  private static Transport transport(Cluster.Builder cluster) throws Exception {
    return ResourceType.CLUSTERS
        .decode(cluster.build().toByteArray(), IgnoredFields.UNHEARD)
        .cluster()
        .transport();
  }

  private static Cluster.Builder speaking(Message config) {
    return cluster()
        .setTransportSocket(TransportSocket.newBuilder().setTypedConfig(Any.pack(config)));
  }

  private static Cluster.Builder tls(CommonTlsContext.Builder common) {
    return speaking(UpstreamTlsContext.newBuilder().setCommonTlsContext(common).build());
  }

  private static SdsSecretConfig secret(String name) {
    return SdsSecretConfig.newBuilder().setName(name).build();
  }

  @SuppressWarnings("deprecation") // as istiod has it
  private static CombinedCertificateValidationContext trusting(String secret, String... names) {
    CertificateValidationContext.Builder rules = CertificateValidationContext.newBuilder();
    for (String name : names) {
      rules.addMatchSubjectAltNames(StringMatcher.newBuilder().setExact(name));
    }
    return CombinedCertificateValidationContext.newBuilder()
        .setDefaultValidationContext(rules)
        .setValidationContextSdsSecretConfig(secret(secret))
        .build();
  }

  @Test
  void plaintextIsSaidInSoManyWords() throws Exception {
    assertThat(transport(cluster())).isEqualTo(Transport.Plain.AUTO);
    assertThat(transport(speaking(RawBuffer.getDefaultInstance())))
        .isEqualTo(Transport.Plain.PLAINTEXT);
  }

  @Test
  void mutualTlsOfTheMesh() throws Exception {
    CommonTlsContext.Builder mutual =
        CommonTlsContext.newBuilder()
            .addTlsCertificateSdsSecretConfigs(secret("default"))
            .addAlpnProtocols("istio");
    assertThat(transport(tls(mutual.setCombinedValidationContext(trusting("ROOTCA")))))
        .isEqualTo(new Transport.Mutual(List.of()));
    assertThat(transport(tls(mutual.setCombinedValidationContext(trusting("ROOTCA", "a", "b")))))
        .isEqualTo(new Transport.Mutual(List.of("a", "b")));
  }

  @Test
  void tlsByFilesOfThisHost() throws Exception {
    CommonTlsContext.Builder simple = CommonTlsContext.newBuilder().addAlpnProtocols("h2");
    Cluster.Builder named =
        tls(simple.setCombinedValidationContext(trusting("file-root:system")))
            .putTypedExtensionProtocolOptions(
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                Any.pack(
                    HttpProtocolOptions.newBuilder()
                        .setUpstreamHttpProtocolOptions(
                            UpstreamHttpProtocolOptions.newBuilder()
                                .setAutoSni(true)
                                .setAutoSanValidation(true))
                        .build()));
    assertThat(transport(named))
        .isEqualTo(
            new Tls(
                new ServerName("", true),
                new Verification(false, null, null, List.of(), true),
                null,
                List.of("h2")));
    CombinedCertificateValidationContext.Builder revoking =
        trusting("file-root:/ca.pem", "up.example").toBuilder();
    revoking.getDefaultValidationContextBuilder().setCrl(DataSource.newBuilder().setFilename("/l"));
    CommonTlsContext.Builder mutual =
        CommonTlsContext.newBuilder()
            .addTlsCertificateSdsSecretConfigs(secret("file-cert:/c.pem~/k.pem"))
            .setCombinedValidationContext(revoking);
    assertThat(
            transport(
                speaking(
                    UpstreamTlsContext.newBuilder()
                        .setSni("up.example")
                        .setCommonTlsContext(mutual)
                        .build())))
        .isEqualTo(
            new Tls(
                new ServerName("up.example", false),
                new Verification(false, "/ca.pem", "/l", List.of("up.example"), false),
                new Own("/c.pem", "/k.pem"),
                List.of()));
  }

  @Test
  void nothingIsVerifiedWhereNobodyIsTrusted() throws Exception {
    CommonTlsContext.Builder skipping =
        CommonTlsContext.newBuilder()
            .setValidationContext(CertificateValidationContext.getDefaultInstance());
    assertThat(transport(tls(skipping)))
        .isEqualTo(new Tls(new ServerName("", false), Verification.NONE, null, List.of()));
  }

  @Test
  void secretsThatNobodyHereHasLeaveTheClusterUnreachable() throws Exception {
    CommonTlsContext.Builder secret =
        CommonTlsContext.newBuilder()
            .addTlsCertificateSdsSecretConfigs(secret("kubernetes://client"))
            .setCombinedValidationContext(trusting("file-root:system"));
    assertThat(transport(tls(secret)))
        .isEqualTo(
            new Transport.Refused("certificate: nobody here has the secret kubernetes://client"));
    CommonTlsContext.Builder roots =
        CommonTlsContext.newBuilder()
            .setCombinedValidationContext(trusting("kubernetes://client-cacert"));
    assertThat(transport(tls(roots)))
        .isEqualTo(
            new Transport.Refused(
                "authorities: nobody here has the secret kubernetes://client-cacert"));
  }

  @Test
  @SuppressWarnings("deprecation") // as istiod has it
  void whatWouldWeakenItRefusesTheCluster() {
    assertThatThrownBy(
            () ->
                transport(
                    tls(
                        CommonTlsContext.newBuilder()
                            .addTlsCertificates(TlsCertificate.getDefaultInstance()))))
        .hasMessageContaining("tls_certificates: not supported");
    assertThatThrownBy(
            () ->
                transport(
                    tls(
                        CommonTlsContext.newBuilder()
                            .setValidationContext(
                                CertificateValidationContext.newBuilder()
                                    .setAllowExpiredCertificate(true)))))
        .hasMessageContaining("allow_expired_certificate: not supported");
    CombinedCertificateValidationContext.Builder prefix = trusting("file-root:system").toBuilder();
    prefix
        .getDefaultValidationContextBuilder()
        .addMatchSubjectAltNames(StringMatcher.newBuilder().setPrefix("a"));
    assertThatThrownBy(
            () ->
                transport(tls(CommonTlsContext.newBuilder().setCombinedValidationContext(prefix))))
        .hasMessageContaining("no exact name");
  }
}
