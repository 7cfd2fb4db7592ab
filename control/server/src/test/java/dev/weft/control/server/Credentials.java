package dev.weft.control.server;

import dev.weft.control.api.istio.v1.IstioCertificateRequest;
import dev.weft.control.api.istio.v1.IstioCertificateServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows: a token, a certificate, both or nothing.
 *
 * @param chain with its key; null: no certificate
 */
record Credentials(
    @Nullable String token, @Nullable KeyPair keys, @Nullable List<X509Certificate> chain) {

  static final Credentials NONE = new Credentials(null, null, null);

  static Credentials token(String token) {
    return new Credentials(token, null, null);
  }

  static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  ManagedChannel channel(InetSocketAddress address, X509Certificate root) throws SSLException {
    SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(root);
    if (keys != null && chain != null) {
      tls.keyManager(keys.getPrivate(), chain.toArray(new X509Certificate[0]));
    }
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address)
            .overrideAuthority("weft-control")
            .sslContext(tls.build());
    if (token != null) {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    return builder.build();
  }

  /** Asks for a certificate, with a request that names this URI; null: none. */
  Credentials join(InetSocketAddress address, X509Certificate root, @Nullable String uri)
      throws Exception {
    KeyPair made = newKeys();
    ManagedChannel channel = channel(address, root);
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (String pem :
          IstioCertificateServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .createCertificate(
                  IstioCertificateRequest.newBuilder().setCsr(request(made, uri)).build())
              .getCertChainList()) {
        certificates.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
      }
      return new Credentials(null, made, certificates);
    } finally {
      channel.shutdownNow();
    }
  }

  X509Certificate leaf() {
    if (chain == null) {
      throw new IllegalStateException("no certificate");
    }
    return chain.get(0);
  }

  static String request(KeyPair keys, @Nullable String uri) throws Exception {
    var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(""), keys.getPublic());
    if (uri != null) {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    }
    byte[] der =
        builder
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded();
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }
}
