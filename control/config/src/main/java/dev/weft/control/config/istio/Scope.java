package dev.weft.control.config.istio;

import dev.weft.control.config.Metadata;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.ServiceName;

/** What the names within one resource are relative to. */
public record Scope(Metadata metadata, MeshSettings settings) {

  Namespace namespace() {
    return metadata.id().namespace();
  }

  /**
   * A host without a dot is a service of the resource's own namespace; any other is taken as it is.
   */
  Fqdn host(String written) {
    return written.contains(".") || written.contains("*")
        ? new Fqdn(written)
        : new ServiceName(written, namespace()).fqdn(settings.domain());
  }
}
