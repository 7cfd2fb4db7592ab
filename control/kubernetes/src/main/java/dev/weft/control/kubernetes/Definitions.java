package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The definitions of kinds, as they are installed. */
public final class Definitions {

  /** Who has written their fields, for others who write them as well. */
  private static final PatchContext OURS =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("weftctl")
          .withForce(true)
          .build();

  private Definitions() {}

  /**
   * Creates them, or brings those that are there to this version.
   *
   * @param definitions each the YAML of one
   * @return their names
   */
  public static List<String> apply(Cluster cluster, List<String> definitions) throws IOException {
    List<String> names = new ArrayList<>();
    try (KubernetesClient client = cluster.forQuestions()) {
      for (String yaml : definitions) {
        CustomResourceDefinition definition =
            client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
        client.resource(definition).patch(OURS);
        names.add(definition.getMetadata().getName());
      }
    } catch (KubernetesClientException e) {
      throw new IOException(cluster + ": definitions of kinds: " + Failures.message(e), e);
    }
    return names;
  }
}
