package dev.weft.xds.decode;

import dev.weft.engine.config.Transport;
import dev.weft.engine.config.Transport.Own;
import dev.weft.engine.config.Transport.ServerName;
import dev.weft.engine.config.Transport.Verification;
import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.CertificateValidationContext;
import dev.weft.xds.proto.Cluster;
import dev.weft.xds.proto.CommonTlsContext;
import dev.weft.xds.proto.CommonTlsContextCombinedCertificateValidationContext;
import dev.weft.xds.proto.DataSource;
import dev.weft.xds.proto.HttpProtocolOptions;
import dev.weft.xds.proto.SdsSecretConfig;
import dev.weft.xds.proto.StringMatcher;
import dev.weft.xds.proto.TransportSocket;
import dev.weft.xds.proto.UpstreamHttpProtocolOptions;
import dev.weft.xds.proto.UpstreamTlsContext;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code transport_socket}: plaintext, or {@code UpstreamTlsContext} with the names of secrets that
 * istiod gives to sidecars. {@code default} and {@code ROOTCA} are the mesh's own, {@code
 * file-cert:} and {@code file-root:} files of this host; nobody here knows others.
 */
final class TransportDecoder {

  private static final String RAW = "envoy.transport_sockets.raw_buffer";
  private static final String RAW_TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final String TLS_TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  private static final String PROTOCOL_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private static final String OWN = "default";
  private static final String ROOTS = "ROOTCA";
  private static final String FILE_CERTIFICATE = "file-cert:";
  private static final String FILE_ROOTS = "file-root:";
  private static final String SYSTEM = "system";

  private final Cluster cluster;
  private final Where where;

  TransportDecoder(Cluster cluster, Where where) {
    this.cluster = cluster;
    this.where = where;
  }

  Transport transport() throws InvalidResourceException {
    TransportSocket socket = cluster.transportSocket();
    if (socket == null) {
      return Transport.Plain.AUTO;
    }
    Any config = socket.typedConfig();
    if (config == null ? socket.name().equals(RAW) : config.typeUrl().equals(RAW_TYPE)) {
      return Transport.Plain.PLAINTEXT;
    }
    Where here = where.in("transport_socket");
    if (config == null || !config.typeUrl().equals(TLS_TYPE)) {
      throw here.refuse(
          (config == null ? socket.name() : config.typeUrl())
              + " (expected: none, "
              + RAW
              + " or UpstreamTlsContext)");
    }
    try {
      return tls(UpstreamTlsContext.parse(reader(config)), here);
    } catch (InvalidMessageException e) {
      throw here.refuse(String.valueOf(e.getMessage()));
    }
  }

  /** What is not read here weakens nothing. */
  private static WireReader reader(Any any) {
    return new WireReader(any.value(), IgnoredFields.UNHEARD);
  }

  private Transport tls(UpstreamTlsContext context, Where here)
      throws InvalidResourceException, InvalidMessageException {
    CommonTlsContext common = context.commonTlsContext();
    if (common == null) {
      throw here.in("common_tls_context").refuse("absent (expected: whom to trust)");
    }
    List<SdsSecretConfig> certificates = common.tlsCertificateSdsSecretConfigs();
    if (certificates.size() > 1) {
      throw here.in("tls_certificate_sds_secret_configs")
          .refuse(certificates.size() + " certificates (expected: at most 1)");
    }
    String own = certificates.isEmpty() ? "" : certificates.get(0).name();
    CommonTlsContextCombinedCertificateValidationContext combined =
        common.combinedValidationContext();
    SdsSecretConfig secret = combined == null ? null : combined.validationContextSdsSecretConfig();
    String roots = secret == null ? "" : secret.name();
    CertificateValidationContext rules =
        combined == null ? common.validationContext() : combined.defaultValidationContext();
    List<String> names = names(rules, here.in("match_subject_alt_names"));
    if (own.equals(OWN) && roots.equals(ROOTS)) {
      return new Transport.Mutual(names);
    }
    if (!own.isEmpty() && !isFiles(own)) {
      return new Transport.Refused("certificate: nobody here has the secret " + own);
    }
    if (combined != null && !roots.startsWith(FILE_ROOTS)) {
      return new Transport.Refused("authorities: nobody here has the secret " + roots);
    }
    UpstreamHttpProtocolOptions naming = naming();
    boolean hostToo = naming != null && naming.autoSanValidation();
    if (combined == null && (!names.isEmpty() || hostToo)) {
      throw here.refuse("names to verify, and no authorities (expected: both or none)");
    }
    return new Transport.Tls(
        new ServerName(context.sni(), naming != null && naming.autoSni()),
        combined == null ? Verification.NONE : verification(roots, rules, names, hostToo, here),
        own.isEmpty() ? null : files(own),
        common.alpnProtocols());
  }

  private static boolean isFiles(String secret) {
    return secret.startsWith(FILE_CERTIFICATE) && secret.indexOf('~') > 0;
  }

  private static Own files(String secret) {
    int tilde = secret.indexOf('~');
    return new Own(secret.substring(FILE_CERTIFICATE.length(), tilde), secret.substring(tilde + 1));
  }

  private static Verification verification(
      String secret,
      @Nullable CertificateValidationContext rules,
      List<String> names,
      boolean hostToo,
      Where here)
      throws InvalidResourceException {
    String roots = secret.substring(FILE_ROOTS.length());
    DataSource crl = rules == null ? null : rules.crl();
    if (crl != null && crl.filename() == null) {
      throw here.refuse("crl without a file (expected: filename)");
    }
    String revocations = crl == null ? null : crl.filename();
    return new Verification(
        false, roots.equals(SYSTEM) ? null : roots, revocations, names, hostToo);
  }

  private static List<String> names(@Nullable CertificateValidationContext rules, Where here)
      throws InvalidResourceException {
    List<String> names = new ArrayList<>();
    if (rules != null) {
      for (StringMatcher matcher : rules.matchSubjectAltNames()) {
        if (matcher.exact() == null || matcher.exact().isEmpty()) {
          throw here.refuse("no exact name (expected: exact)");
        }
        names.add(matcher.exact());
      }
    }
    return names;
  }

  private @Nullable UpstreamHttpProtocolOptions naming() throws InvalidMessageException {
    Any options = cluster.typedExtensionProtocolOptions().get(PROTOCOL_OPTIONS);
    return options == null
        ? null
        : HttpProtocolOptions.parse(reader(options)).upstreamHttpProtocolOptions();
  }
}
