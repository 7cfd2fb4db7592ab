package dev.weft.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code inject(inject(p)) = inject(p)}, of pods put together from pieces of the corpus. */
class RandomPodsTest {

  private static final int PODS = Integer.getInteger("weft.random.pods", 3_000);
  private static final List<String> LISTS = List.of("containers", "initContainers", "volumes");

  @Test
  void twiceIsOnce() throws IOException, PodException {
    long seed = Long.getLong("weft.seed", System.nanoTime());
    System.out.println("random pods: weft.seed=" + seed);
    Random random = new Random(seed);
    List<Corpus.Case> pieces = Corpus.all();
    int injected = 0;
    for (int i = 0; i < PODS; i++) {
      ObjectNode pod = pod(random, pieces);
      Corpus.Case rules = pieces.get(random.nextInt(pieces.size()));
      Injector injector = new Injector(rules.rules());
      Injection once = injector.inject(pod, rules.origin());
      assertThat(JsonPatch.apply(once.patch(), pod)).as("%s", pod).isEqualTo(once.pod());
      Injection twice = injector.inject(once.pod(), rules.origin());
      assertThat(twice.patch()).as("seed %s, pod %s: %s", seed, i, pod).isEmpty();
      assertThat(twice.containers()).isEqualTo(once.containers());
      injected += once.isInjected() ? 1 : 0;
    }
    assertThat(injected).as("pods that were injected at all").isGreaterThan(PODS / 4);
  }

  private static ObjectNode pod(Random random, List<Corpus.Case> pieces) throws PodException {
    ObjectNode pod = pieces.get(random.nextInt(pieces.size())).pod().deepCopy();
    ObjectNode spec = Tree.makeObject(pod, "spec");
    for (int i = random.nextInt(4); i > 0; i--) {
      ObjectNode other = pieces.get(random.nextInt(pieces.size())).pod();
      for (String list : LISTS) {
        int copy = i;
        for (ObjectNode each : Tree.objects(other.path("spec"), list)) {
          ObjectNode added = each.deepCopy();
          // Some keep their name, so that two may have the same.
          if (random.nextInt(3) > 0 && list.endsWith("ontainers")) {
            added.put("name", Tree.text(each, "name") + "-" + copy);
          }
          Tree.makeList(spec, list).add(added);
        }
      }
      if (random.nextBoolean()) {
        merge(pod, other, random.nextBoolean() ? "labels" : "annotations");
      }
    }
    return pod;
  }

  private static void merge(ObjectNode pod, ObjectNode other, String field) throws PodException {
    ObjectNode target = Tree.makeObject(Tree.makeObject(pod, "metadata"), field);
    for (Map.Entry<String, JsonNode> each : other.path("metadata").path(field).properties()) {
      target.set(each.getKey(), each.getValue());
    }
  }
}
