package dev.weft.injector.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.kubernetes.Failures;
import dev.weft.injector.Notice;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells people by Events, at what has made a pod (the pod itself is not there yet). The same is
 * told once in a while, not for each pod; and never at the cost of an answer.
 */
final class PodEvents implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PodEvents.class.getName());

  /** How long the same is not told again. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private static final int MOST_REMEMBERED = 4_096;
  private static final int MOST_WAITING = 256;
  private static final int LONGEST = 1_000;

  private final KubernetesClient client;
  private final String revision;
  private final InjectorMetrics metrics;
  private final InstantSource clock;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          task -> {
            Thread named = new Thread(task, "weft-events");
            named.setDaemon(true);
            return named;
          });

  /** When what was told, the oldest first. */
  private final Map<String, Instant> told =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  PodEvents(
      KubernetesClient client, String revision, InjectorMetrics metrics, InstantSource clock) {
    this.client = client;
    this.revision = revision;
    this.metrics = metrics;
    this.clock = clock;
  }

  void tell(Review review, List<Notice> notices) {
    for (Notice notice : notices) {
      ObjectReference about = about(review);
      if (isNews(about, notice)) {
        try {
          thread.execute(() -> write(about, notice));
        } catch (RejectedExecutionException e) {
          metrics.eventLost();
        }
      }
    }
  }

  private boolean isNews(ObjectReference about, Notice notice) {
    String key =
        String.join("/", about.getNamespace(), about.getKind(), about.getName())
            + " "
            + notice.reason()
            + " "
            + notice.container();
    Instant now = clock.instant();
    synchronized (told) {
      Instant last = told.get(key);
      if (last != null && last.plus(SILENCE).isAfter(now)) {
        return false;
      }
      told.remove(key);
      told.put(key, now);
      return true;
    }
  }

  /** Its controller, or the pod by the name that it has or will have. */
  private static ObjectReference about(Review review) {
    JsonNode metadata = review.object().path("metadata");
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return reference(
            review,
            owner.path("apiVersion").asText(),
            owner.path("kind").asText(),
            owner.path("name").asText(),
            owner.path("uid").asText());
      }
    }
    String name = metadata.path("name").asText(metadata.path("generateName").asText(""));
    return reference(review, "v1", "Pod", name, "");
  }

  private static ObjectReference reference(
      Review review, String version, String kind, String name, String uid) {
    return new ObjectReferenceBuilder()
        .withApiVersion(version)
        .withKind(kind)
        .withNamespace(review.namespace())
        .withName(name)
        .withUid(uid)
        .build();
  }

  private void write(ObjectReference about, Notice notice) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String message = notice.toString();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName("weft-injector-")
            .withNamespace(about.getNamespace())
            .endMetadata()
            .withInvolvedObject(about)
            .withReason(notice.reason().camelCase())
            .withMessage(message.length() > LONGEST ? message.substring(0, LONGEST) : message)
            .withType("Warning")
            .withNewSource()
            .withComponent(revision.isEmpty() ? "weft-injector" : "weft-injector-" + revision)
            .endSource()
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .build();
    try {
      client.v1().events().inNamespace(about.getNamespace()).resource(event).create();
    } catch (KubernetesClientException e) {
      metrics.eventLost();
      LOG.log(System.Logger.Level.WARNING, "Event: {0}", Failures.message(e));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
