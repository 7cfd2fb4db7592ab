package dev.weft.control.config.istio;

import dev.weft.control.config.Metadata;
import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshDefaults;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.OutboundTrafficPolicy;
import dev.weft.control.model.RetryPolicy;
import dev.weft.control.model.SpiffeId;
import java.time.Duration;
import java.util.List;

/** Reads Istio's MeshConfig, which has neither kind nor metadata. */
public final class MeshConfigReader {

  private static final List<String> BASE = List.of("DEFAULT", "BASE");
  private static final List<String> RESERVED = List.of("*", ".", "~");

  private MeshConfigReader() {}

  /**
   * @param settings those that hold where nothing is written
   */
  public static Resource read(ObjectReader mesh, Metadata metadata, MeshSettings settings) {
    checkTrustDomain(mesh, settings);
    checkFixed(mesh);
    String root = mesh.text("rootNamespace");
    RetryPolicy retries = RetriesReader.read(mesh, "defaultHttpRetryPolicy");
    Duration connect = mesh.duration("connectTimeout");
    return new Resource.MeshConfig(
        metadata,
        root.isEmpty() ? settings.rootNamespace() : new Namespace(root),
        aliases(mesh),
        new MeshDefaults(
            outbound(mesh),
            retries == null ? RetryPolicy.DEFAULT : retries,
            connect == null ? MeshDefaults.DEFAULT.connectTimeout() : connect,
            LocalityReader.read(mesh),
            KeepaliveReader.read(mesh),
            ProviderReader.read(mesh, settings)),
        exports(mesh, "defaultServiceExportTo"),
        exports(mesh, "defaultVirtualServiceExportTo"),
        exports(mesh, "defaultDestinationRuleExportTo"));
  }

  private static List<String> aliases(ObjectReader mesh) {
    String field = "trustDomainAliases";
    List<String> written = mesh.texts(field);
    for (int i = 0; i < written.size(); i++) {
      if (!SpiffeId.isTrustDomain(written.get(i))) {
        mesh.report(
            FindingCode.INVALID,
            field + "[" + i + "]",
            Excerpt.of(written.get(i)) + " (expected: a trust domain, such as old.example.com)");
      }
    }
    return written;
  }

  private static OutboundTrafficPolicy outbound(ObjectReader mesh) {
    String mode = mesh.object("outboundTrafficPolicy").text("mode");
    // One without a mode is the strict one, as in Istio.
    boolean strict =
        mode.equals("REGISTRY_ONLY") || (mode.isEmpty() && mesh.has("outboundTrafficPolicy"));
    return strict ? OutboundTrafficPolicy.REGISTRY_ONLY : OutboundTrafficPolicy.ALLOW_ANY;
  }

  private static List<String> exports(ObjectReader mesh, String field) {
    List<String> written = mesh.texts(field);
    written.stream()
        .filter(name -> !RESERVED.contains(name) && !Syntax.isHost(name))
        .forEach(
            name ->
                mesh.report(
                    FindingCode.INVALID,
                    field,
                    Excerpt.of(name) + " (expected: a namespace, \".\", \"*\" or \"~\")"));
    return written;
  }

  /** What is as Istio has it by default, and cannot be otherwise yet. */
  private static void checkFixed(ObjectReader mesh) {
    if (mesh.text("enableAutoMtls").equals("false")) {
      mesh.report(
          FindingCode.FIELD_NOT_ENFORCED,
          "enableAutoMtls",
          "false is valid, but not enforced yet; mutual TLS is always automatic");
    }
    ObjectReader paths = mesh.object("pathNormalization");
    String normalization = paths.text("normalization");
    if (!normalization.isEmpty() && !BASE.contains(normalization)) {
      paths.report(
          FindingCode.FIELD_NOT_ENFORCED,
          "normalization",
          normalization + " is valid, but not enforced yet; it is BASE");
    }
  }

  private static void checkTrustDomain(ObjectReader mesh, MeshSettings settings) {
    String written = mesh.text("trustDomain");
    if (!written.isEmpty() && !written.equals(settings.trustDomain())) {
      mesh.report(
          FindingCode.FIELD_NOT_ENFORCED,
          "trustDomain",
          Excerpt.of(written)
              + ", but identities are of "
              + settings.trustDomain()
              + " (expected: the same; the control service is started with it)");
    }
  }
}
