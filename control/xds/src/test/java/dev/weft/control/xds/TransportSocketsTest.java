package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.ClusterResource;
import dev.weft.control.xds.resource.Names;
import dev.weft.control.xds.resource.Profile;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What each kind of client is told of TLS; beside istiod's own shapes, which IstioShapesTest has.
 */
class TransportSocketsTest {

  private static final String ENTRY =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api, namespace: demo}
      spec:
        hosts: [api.example.com]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints: [{address: 127.0.0.1, serviceAccount: api}]
        subjectAltNames: [api.internal]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: api, namespace: demo}
      spec:
        host: api.example.com
        trafficPolicy:
          tls: %s
      """;

  private static Optional<Cluster> cluster(Profile profile, String tls) throws Exception {
    MeshModel model = Models.readAll(ENTRY.formatted(tls));
    return Names.destination("outbound|80||api.example.com")
        .flatMap(it -> model.view(new Caller(new Namespace("demo"), Map.of())).cluster(it))
        .flatMap(it -> new ClusterResource(profile, "cluster.local").of(it));
  }

  private static CommonTlsContext context(Profile profile, String tls) throws Exception {
    return cluster(profile, tls)
        .orElseThrow()
        .getTransportSocket()
        .getTypedConfig()
        .unpack(UpstreamTlsContext.class)
        .getCommonTlsContext();
  }

  @Test
  @SuppressWarnings("deprecation") // as istiod has it
  void agentsAreToldOfFilesByTheNamesOfIstiodsSecrets() throws Exception {
    CommonTlsContext context =
        context(
            Profile.WEFT,
            "{mode: MUTUAL, clientCertificate: /c.pem, privateKey: /k.pem, caCrl: /l.pem}");
    assertThat(context.getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("file-cert:/c.pem~/k.pem");
    assertThat(
            context.getCombinedValidationContext().getValidationContextSdsSecretConfig().getName())
        .isEqualTo("file-root:system");
    assertThat(
            context
                .getCombinedValidationContext()
                .getDefaultValidationContext()
                .getCrl()
                .getFilename())
        .isEqualTo("/l.pem");
    assertThat(
            context
                .getCombinedValidationContext()
                .getDefaultValidationContext()
                .getMatchSubjectAltNamesList())
        .extracting(name -> name.getExact())
        .containsExactly("api.internal", "spiffe://cluster.local/ns/demo/sa/api");
  }

  @Test
  void envoysReadTheFiles() throws Exception {
    CommonTlsContext context =
        context(Profile.ENVOY, "{mode: MUTUAL, clientCertificate: /c.pem, privateKey: /k.pem}");
    assertThat(context.getTlsCertificates(0).getCertificateChain().getFilename())
        .isEqualTo("/c.pem");
    assertThat(context.getTlsCertificates(0).getPrivateKey().getFilename()).isEqualTo("/k.pem");
    assertThat(context.getValidationContext().getTrustedCa().getFilename())
        .isEqualTo("/etc/ssl/certs/ca-certificates.crt");
    assertThat(context(Profile.ENVOY, "{mode: SIMPLE, insecureSkipVerify: true}"))
        .satisfies(it -> assertThat(it.getValidationContext().hasTrustedCa()).isFalse());
  }

  @Test
  void whoCannotSpeakItDoesNotReachTheCluster() throws Exception {
    assertThat(cluster(Profile.GRPC, "{mode: SIMPLE}")).isEmpty();
    assertThat(cluster(Profile.GRPC, "{mode: DISABLE}")).isPresent();
    assertThat(cluster(Profile.ENVOY, "{mode: ISTIO_MUTUAL}")).isEmpty();
    assertThat(cluster(Profile.ENVOY, "{mode: SIMPLE, credentialName: c}")).isEmpty();
  }

  @Test
  void agentsAreToldThatNothingIsEncryptedAndOfSecretsThatTheyLack() throws Exception {
    assertThat(cluster(Profile.WEFT, "{}").orElseThrow().getTransportSocket().getName())
        .isEqualTo("envoy.transport_sockets.raw_buffer");
    assertThat(cluster(Profile.ENVOY, "{}").orElseThrow().hasTransportSocket()).isFalse();
    assertThat(
            context(Profile.WEFT, "{mode: SIMPLE, credentialName: c}")
                .getTlsCertificateSdsSecretConfigs(0)
                .getName())
        .isEqualTo("kubernetes://c");
  }
}
