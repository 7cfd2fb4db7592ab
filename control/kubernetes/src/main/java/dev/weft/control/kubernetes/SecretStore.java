package dev.weft.control.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.ca.StateStore;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Texts in a Secret that all replicas and revisions of a control service have. Whoever comes first
 * makes it. A change is made on what the Secret says and written by its version; where somebody
 * else has changed it meanwhile it is made anew.
 */
public final class SecretStore implements StateStore, AutoCloseable {

  /** Each time that one fails, somebody else has succeeded. */
  private static final int TRIES = 100;

  private static final int CONFLICT = HttpURLConnection.HTTP_CONFLICT;
  private static final int GONE = HttpURLConnection.HTTP_NOT_FOUND;

  private final KubernetesClient client;
  private final Content content;
  private final String namespace;
  private final String name;
  private final @Nullable Watch watch;

  @GuardedBy("this") private @Nullable Draft draft;

  /** What a Secret is for. */
  public enum Content {
    /** The mesh's roots. */
    ROOTS("weft.dev/root", ROOT, "the root's key and certificate"),
    /** Join tokens, and what they have granted. */
    TOKENS("weft.dev/tokens", TOKEN_KEY, "the key that signs join tokens");

    private final String type;
    private final String text;
    private final String meaning;

    /**
     * @param text without which others mean nothing
     */
    Content(String type, String text, String meaning) {
      this.type = type;
      this.text = text;
      this.meaning = meaning;
    }
  }

  /**
   * One Secret.
   *
   * @param content what it is for
   */
  public record Place(String namespace, String name, Content content) {

    /** The Secret with the roots. */
    public static Place ofRoots(String namespace, String name) {
      return new Place(namespace, name, Content.ROOTS);
    }

    /** The Secret with the join tokens that belong to the roots of another. */
    public static Place ofTokens(String namespace, String roots) {
      return new Place(namespace, roots + "-tokens", Content.TOKENS);
    }
  }

  private record Watch(KubernetesClient client, Mirror<Secret, Map<String, String>> mirror) {}

  /** What is being changed. */
  private static final class Draft {
    final @Nullable Secret before;
    final Map<String, String> texts;
    boolean changed;

    Draft(@Nullable Secret before) {
      this.before = before;
      this.texts = new TreeMap<>(before == null ? Map.of() : texts(before));
    }
  }

  /**
   * @param client whose requests end within seconds; closed with this
   */
  private SecretStore(KubernetesClient client, Place place, @Nullable Watch watch) {
    this.client = client;
    this.content = place.content;
    this.namespace = place.namespace;
    this.name = place.name;
    this.watch = watch;
  }

  /** For a command: each question asks the API server. */
  public static SecretStore open(Cluster cluster, Place place) throws IOException {
    return new SecretStore(cluster.forQuestions(), place, null);
  }

  /**
   * For a service, which follows it.
   *
   * @param patience how long the API server may take until it has answered
   * @throws IOException it has not
   */
  public static SecretStore follow(Cluster cluster, Place place, Duration patience)
      throws IOException {
    KubernetesClient watching = cluster.forWatches();
    Mirror<Secret, Map<String, String>> mirror =
        new Mirror<>(
            "Secret " + place.namespace + "/" + place.name,
            watching
                .secrets()
                .inNamespace(place.namespace)
                .withName(place.name)
                .runnableInformer(0),
            SecretStore::texts);
    SecretStore store = new SecretStore(cluster.forQuestions(), place, new Watch(watching, mirror));
    try {
      CountDownLatch listed = new CountDownLatch(1);
      mirror.start(
          () -> {
            if (mirror.isReady()) {
              listed.countDown();
            }
          });
      if (listed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return store;
      }
      String trouble = mirror.trouble();
      store.close();
      throw new IOException(
          "it could not be read within " + patience.toSeconds() + " s: " + trouble);
    } catch (InterruptedException e) {
      store.close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + store + " was read");
    }
  }

  @Override
  public synchronized Optional<String> read(String text) throws IOException {
    Draft now = draft == null ? new Draft(fetch()) : draft;
    return Optional.ofNullable(now.texts.get(text));
  }

  @Override
  public synchronized void write(String text, String content) throws IOException {
    if (draft == null) {
      exclusively(
          () -> {
            write(text, content);
            return content;
          });
    } else if (!content.equals(draft.texts.put(text, content))) {
      draft.changed = true;
    }
  }

  @Override
  public synchronized <T> T exclusively(Change<T> change) throws IOException {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Draft made = new Draft(fetch());
      draft = made;
      T result;
      try {
        result = change.make();
      } finally {
        draft = null;
      }
      if (!made.changed || save(made)) {
        return result;
      }
    }
    throw new IOException(this + " was changed by others " + TRIES + " times in a row");
  }

  /** Whether nobody else was quicker. */
  private boolean save(Draft made) throws IOException {
    Secret next =
        new SecretBuilder(made.before == null ? empty() : made.before)
            .withData(encoded(made.texts))
            .withStringData(null)
            .build();
    try {
      if (made.before == null) {
        client.secrets().inNamespace(namespace).resource(next).create();
      } else {
        client.secrets().inNamespace(namespace).resource(next).update();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT || (e.getCode() == GONE && made.before != null)) {
        return false;
      }
      throw problem(made.before == null ? "create" : "update", e);
    }
  }

  private Secret empty() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .addToLabels("app.kubernetes.io/part-of", "weft")
        .endMetadata()
        .withType(content.type)
        .build();
  }

  private static Map<String, String> encoded(Map<String, String> texts) {
    Map<String, String> data = new TreeMap<>();
    texts.forEach(
        (text, content) ->
            data.put(
                text,
                Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8))));
    return data;
  }

  private static Map<String, String> texts(Secret secret) {
    Map<String, String> texts = new TreeMap<>();
    Map<String, String> data = secret.getData();
    (data == null ? Map.<String, String>of() : data)
        .forEach(
            (text, content) ->
                texts.put(
                    text, new String(Base64.getDecoder().decode(content), StandardCharsets.UTF_8)));
    return texts;
  }

  private @Nullable Secret fetch() throws IOException {
    try {
      Resource<Secret> resource = client.secrets().inNamespace(namespace).withName(name);
      Secret found = resource.get();
      Map<String, String> data = found == null ? null : found.getData();
      if (data != null && !data.isEmpty() && !data.containsKey(content.text)) {
        throw new IOException(
            this
                + " has "
                + String.join(", ", data.keySet())
                + " but no "
                + content.text
                + " (expected: "
                + content.meaning
                + ", or nothing; restore it from a"
                + " backup, or delete it, and let every workload that rests on it join anew)");
      }
      return found;
    } catch (KubernetesClientException e) {
      throw problem("get", e);
    }
  }

  /** What the client says may have the Secret in it. */
  private IOException problem(String verb, KubernetesClientException e) {
    // Below 0 where there was a connection, and no answer.
    String why =
        switch (Math.max(0, e.getCode())) {
          case 0 -> "the API server does not answer";
          case HttpURLConnection.HTTP_FORBIDDEN -> "no right to " + verb + " it";
          case GONE -> "there is no namespace " + namespace;
          default -> "HTTP " + e.getCode();
        };
    return new IOException(this + ": " + why + " (expected: to " + verb + " it)", e);
  }

  @Override
  public Object stamp(String... names) throws IOException {
    Map<String, String> texts =
        watch == null
            ? new Draft(fetch()).texts
            : watch.mirror.current().values().stream().findFirst().orElse(Map.of());
    List<String> stamp = new ArrayList<>();
    for (String text : names) {
      stamp.add(Objects.requireNonNullElse(texts.get(text), "none"));
    }
    return stamp;
  }

  @Override
  public String place(String text) {
    return text + " of " + this;
  }

  @Override
  public String toString() {
    return "the Secret " + namespace + "/" + name;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.mirror.close();
      watch.client.close();
    }
    client.close();
  }
}
