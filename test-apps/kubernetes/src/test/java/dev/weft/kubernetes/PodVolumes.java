package dev.weft.kubernetes;

import dev.weft.harness.HarnessException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a pod's volumes, as its node's kubelet would: from the API server, with its tokens. */
final class PodVolumes {

  private final KubernetesClient client;
  private final Images images;
  private final Pod pod;
  private final Path directory;

  PodVolumes(KubernetesClient client, Images images, Pod pod, Path directory) {
    this.client = client;
    this.images = images;
    this.pod = pod;
    this.directory = directory;
  }

  /** Each volume's directory, by its name. */
  Map<String, Path> make() throws IOException, HarnessException {
    Map<String, Path> made = new HashMap<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      Path at = Files.createDirectories(directory.resolve(volume.getName()));
      fill(volume, at);
      made.put(volume.getName(), at);
    }
    return made;
  }

  private void fill(Volume volume, Path at) throws IOException, HarnessException {
    if (volume.getConfigMap() != null) {
      write(at, map(volume.getConfigMap().getName(), volume.getConfigMap().getItems()));
    } else if (volume.getSecret() != null) {
      write(at, secret(volume.getSecret().getSecretName(), volume.getSecret().getItems()));
    } else if (volume.getImage() != null) {
      for (Map.Entry<String, Path> each :
          images.of(volume.getImage().getReference()).files().entrySet()) {
        Files.copy(each.getValue(), at.resolve(each.getKey().substring(1)));
      }
    } else if (volume.getProjected() != null) {
      for (VolumeProjection source : volume.getProjected().getSources()) {
        write(at, projected(source));
      }
    } else if (volume.getEmptyDir() == null) {
      throw new HarnessException("volume " + volume.getName() + ": of no kind that is known here");
    }
  }

  private Map<String, String> projected(VolumeProjection source) throws HarnessException {
    if (source.getServiceAccountToken() != null) {
      ServiceAccountTokenProjection token = source.getServiceAccountToken();
      return Map.of(token.getPath(), token(token));
    }
    if (source.getConfigMap() != null) {
      return map(source.getConfigMap().getName(), source.getConfigMap().getItems());
    }
    if (source.getSecret() != null) {
      return secret(source.getSecret().getName(), source.getSecret().getItems());
    }
    if (source.getDownwardAPI() != null) {
      Map<String, String> files = new TreeMap<>();
      source
          .getDownwardAPI()
          .getItems()
          .forEach(
              item ->
                  files.put(item.getPath(), PodFields.of(pod, item.getFieldRef().getFieldPath())));
      return files;
    }
    throw new HarnessException("a projection of no kind that is known here");
  }

  /** Bound to the pod: it is worth nothing when that is gone. */
  private String token(ServiceAccountTokenProjection wanted) {
    List<String> audiences =
        wanted.getAudience() == null ? List.of() : List.of(wanted.getAudience());
    return client
        .serviceAccounts()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getSpec().getServiceAccountName())
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audiences)
                .withExpirationSeconds(wanted.getExpirationSeconds())
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private Map<String, String> map(String name, @Nullable List<KeyToPath> items)
      throws HarnessException {
    ConfigMap map =
        client.configMaps().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
    if (map == null) {
      throw new HarnessException("no ConfigMap " + name + " for " + pod.getMetadata().getName());
    }
    return chosen(map.getData(), items);
  }

  private Map<String, String> secret(String name, @Nullable List<KeyToPath> items)
      throws HarnessException {
    Secret secret =
        client.secrets().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
    if (secret == null) {
      throw new HarnessException("no Secret " + name + " for " + pod.getMetadata().getName());
    }
    Map<String, String> plain = new TreeMap<>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                plain.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return chosen(plain, items);
  }

  private static Map<String, String> chosen(
      Map<String, String> data, @Nullable List<KeyToPath> items) {
    if (items == null || items.isEmpty()) {
      return data;
    }
    Map<String, String> chosen = new TreeMap<>();
    items.forEach(item -> chosen.put(item.getPath(), data.get(item.getKey())));
    return chosen;
  }

  private static void write(Path at, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path to = at.resolve(file.getKey());
      Files.createDirectories(to.getParent());
      Files.writeString(to, file.getValue());
    }
  }
}
