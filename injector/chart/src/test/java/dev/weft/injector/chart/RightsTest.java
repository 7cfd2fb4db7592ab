package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart gives what the control service's own tests run with, no more, and to no one else. */
class RightsTest {

  /** The service account that these tests have has exactly these rights. */
  private static final Path TRIED =
      Path.of(
          "../../control/kubernetes/src/test/resources/dev/weft/control/kubernetes/rights.yaml");

  @TempDir static Path directory;

  private static Charts charts;

  @BeforeAll
  static void unpack() throws Exception {
    charts = Charts.in(directory);
  }

  /** One right each, as {@code verb group/resource/name in namespace}. */
  private static Set<String> rights(List<HasMetadata> objects) {
    Set<String> rights = new TreeSet<>();
    for (HasMetadata object : objects) {
      if (object instanceof ClusterRole role) {
        role.getRules().forEach(rule -> add(rights, rule, "all"));
      } else if (object instanceof Role role) {
        role.getRules().forEach(rule -> add(rights, rule, role.getMetadata().getNamespace()));
      }
    }
    return rights;
  }

  private static void add(Set<String> rights, PolicyRule rule, String where) {
    List<String> names =
        rule.getResourceNames().isEmpty() ? List.of("any") : rule.getResourceNames();
    for (String group : rule.getApiGroups()) {
      for (String resource : rule.getResources()) {
        for (String name : names) {
          for (String verb : rule.getVerbs()) {
            // Istio's settings may be in a namespace that is not there yet: by name, anywhere.
            boolean settings = resource.equals("configmaps") && name.equals("istio");
            rights.add(
                verb
                    + " "
                    + group
                    + "/"
                    + resource
                    + "/"
                    + name
                    + " in "
                    + (settings ? "istio-system" : where));
          }
        }
      }
    }
  }

  @Test
  void theControlServiceHasWhatItIsTestedWithAndNoMore() throws Exception {
    Set<String> given =
        rights(
            charts.objects(List.of()).stream()
                .filter(it -> it.getMetadata().getName().equals("weft-control"))
                .toList());
    Set<String> tried = rights(Charts.parse(Files.readString(TRIED)));
    assertThat(tried).hasSizeGreaterThan(20);
    assertThat(given).isEqualTo(tried);
  }

  @Test
  void nothingIsGivenByAWildcard() throws Exception {
    assertThat(rights(charts.objects(List.of()))).noneMatch(right -> right.contains("*"));
  }

  @Test
  void eachRoleIsItsOwnAccountsAlone() throws Exception {
    for (HasMetadata object : charts.objects(List.of("--set", "revision=canary"))) {
      if (object instanceof ClusterRoleBinding binding) {
        assertThat(binding.getRoleRef().getKind()).isEqualTo("ClusterRole");
        assertThat(binding.getRoleRef().getName()).isEqualTo(name(binding));
        assertThat(binding.getSubjects())
            .singleElement()
            .matches(it -> it.getName().equals(name(binding)));
      } else if (object instanceof RoleBinding binding) {
        assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
        assertThat(binding.getRoleRef().getName()).isEqualTo(name(binding));
        assertThat(binding.getSubjects())
            .singleElement()
            .matches(it -> it.getName().equals(name(binding)));
      }
    }
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
