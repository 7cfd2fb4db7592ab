package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.AuthorizationResource;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our filters beside those that a real istiod made of the same AuthorizationPolicies. The recorded
 * answers lie beside the repository; without them this is skipped, aloud.
 */
class IstioAuthorizationTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> GUARDS =
      Set.of("envoy.filters.http.rbac", "envoy.filters.http.ext_authz");

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .usingTypeRegistry(
              TypeRegistry.newBuilder().add(UriTemplateMatchConfig.getDescriptor()).build());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sec-authz-allow",
        "sec-authz-deny-and-allow",
        "sec-authz-path-templates",
        "sec-authz-when",
        "sec-authz-rules-absent",
        "sec-authz-rules-one-empty",
        "sec-jwt-one",
        "sec-authz-custom-grpc"
      })
  void sameAsIstiod(String name) throws IOException {
    Path scenario = Goldens.folder().resolve(name);
    MeshModel model =
        Models.readAll(
            Files.readString(scenario.resolve("input.yaml")),
            Files.readString(scenario.resolve("mesh.yaml")));
    JsonNode node = JSON.readTree(scenario.resolve("scenario.json").toFile()).at("/nodes/0");
    Map<String, String> labels = Map.of("app", "orders", "version", "v1");
    Authorization ours =
        AuthorizationResource.of(
            AuthorizationResource.Inputs.of(model, new Namespace("demo"), labels));
    List<JsonNode> written = new ArrayList<>();
    for (Authorization.Filter filter : ours.getFiltersList()) {
      if (filter.getTypeUrl().endsWith("weft.control.v1.RequestAuthentication")) {
        continue; // IstioTokensTest
      }
      boolean asks = filter.getTypeUrl().endsWith(".ExtAuthz");
      assertThat(asks || filter.getTypeUrl().endsWith("filters.http.rbac.v3.RBAC")).isTrue();
      Message config =
          asks ? ExtAuthz.parseFrom(filter.getValue()) : RBAC.parseFrom(filter.getValue());
      written.add(simplified(JSON.readTree(PRINTER.print(config))));
    }
    assertThat(written).isEqualTo(recorded(scenario.resolve(node.path("dir").asText("expected"))));
  }

  private static List<JsonNode> recorded(Path folder) throws IOException {
    List<JsonNode> filters = new ArrayList<>();
    JsonNode listeners = JSON.readTree(folder.resolve("listeners.json").toFile());
    for (JsonNode config : listeners.findValues("typedConfig")) {
      if (filters.isEmpty()) {
        config
            .path("httpFilters")
            .forEach(
                filter -> {
                  if (GUARDS.contains(filter.path("name").asText())) {
                    ObjectNode guard = (ObjectNode) filter.path("typedConfig");
                    guard.remove("@type");
                    filters.add(simplified(guard));
                  }
                });
      }
    }
    return filters;
  }

  /**
   * Without what makes no difference: one of one alternative, and what istiod says of identities by
   * regular expressions, which have one shape.
   */
  private static JsonNode simplified(JsonNode node) {
    if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        JsonNode only = list.get(i).path("orIds").path("ids");
        list.set(i, simplified(only.size() == 1 ? only.get(0) : list.get(i)));
      }
    } else if (node instanceof ObjectNode object) {
      String regex = object.path("principalName").path("safeRegex").path("regex").asText();
      if (regex.startsWith(".*/ns/")) {
        object.putObject("principalName").put("contains", regex.replace(".*", ""));
      } else if (regex.startsWith("spiffe://.*")) {
        object.putObject("principalName").put("suffix", regex.substring("spiffe://.*".length()));
      }
      object.elements().forEachRemaining(IstioAuthorizationTest::simplified);
    }
    return node;
  }
}
