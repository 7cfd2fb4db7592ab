package dev.weft.xds.ads;

import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.http2.Call;
import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.DiscoveryRequest;
import dev.weft.xds.proto.DiscoveryResponse;
import dev.weft.xds.proto.Node;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * State-of-the-world xDS, for a control service without the incremental one: each request names all
 * that is wanted of a type, and an answer with listeners or clusters is complete.
 */
final class WorldProtocol implements Protocol {

  static final String METHOD =
      "envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

  /** Of an answer that was accepted, and of the last one. */
  private static final class Progress {
    private String version = "";
    private String nonce = "";
  }

  private final Call call;
  private final Store store;
  private final Intake intake;
  private @Nullable Node node;
  private final Map<ResourceType<?>, Progress> progress = new HashMap<>();

  WorldProtocol(Call call, Store store, Intake intake, Node node) {
    this.call = call;
    this.store = store;
    this.intake = intake;
    this.node = node;
  }

  @Override
  public String name() {
    return "state of the world";
  }

  @Override
  public void start() {
    for (ResourceType<?> type : ResourceType.ALL) {
      // Everything is asked for by name here, the references included.
      if (!store.wantsEvery(type)) {
        store.versions(type).keySet().forEach(name -> store.want(type, name));
      }
      if (!store.wanted(type).isEmpty()) {
        subscribe(type, store.wanted(type));
      }
    }
  }

  @Override
  public void subscribe(ResourceType<?> type, Set<String> names) {
    call.send(request(type).toByteArray());
  }

  private DiscoveryRequest request(ResourceType<?> type) {
    Progress at = progress.computeIfAbsent(type, any -> new Progress());
    DiscoveryRequest request =
        new DiscoveryRequest()
            .typeUrl(type.typeUrl())
            .resourceNames(List.copyOf(store.wanted(type)))
            .versionInfo(at.version)
            .responseNonce(at.nonce);
    if (node != null) {
      request.node(node);
      node = null;
    }
    return request;
  }

  @Override
  public String message(byte[] bytes) throws InvalidMessageException {
    DiscoveryResponse response =
        DiscoveryResponse.parse(new WireReader(bytes, IgnoredFields.UNHEARD));
    ResourceType<?> type = ResourceType.of(response.typeUrl());
    if (type == null) {
      throw new InvalidMessageException(Refusals.unknownType(response.typeUrl()));
    }
    Progress at = progress.computeIfAbsent(type, any -> new Progress());
    at.nonce = response.nonce();
    String problem = take(type, response);
    if (problem.isEmpty()) {
      at.version = response.versionInfo();
    }
    DiscoveryRequest answer = request(type);
    if (!problem.isEmpty()) {
      answer.errorDetail(Refusals.status(problem));
    }
    call.send(answer.toByteArray());
    return problem;
  }

  private String take(ResourceType<?> type, DiscoveryResponse response)
      throws InvalidMessageException {
    List<Incoming> resources = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (Any each : response.resources()) {
      String name = name(type, each);
      present.add(name);
      resources.add(new Incoming(name, "", each));
    }
    List<String> problems = intake.take(type, resources);
    store.answered(type);
    if (store.wantsEvery(type)) {
      for (String known : store.versions(type).keySet()) {
        if (!present.contains(known)) {
          store.remove(type, known);
        }
      }
    } else if (type == ResourceType.LISTENERS || type == ResourceType.CLUSTERS) {
      for (String wanted : store.wanted(type)) {
        if (!present.contains(wanted)) {
          store.remove(type, wanted);
        }
      }
    }
    return Refusals.join(problems);
  }

  /** Resources of this protocol have no name but their own, which is their first field. */
  private String name(ResourceType<?> type, Any resource) throws InvalidMessageException {
    if (type == ResourceType.HOSTS
        || type == ResourceType.INBOUND
        || type == ResourceType.AUTHORIZATION
        || type == ResourceType.INBOUND_HTTP) {
      return store.wanted(type).iterator().next();
    }
    WireReader in = new WireReader(resource.value(), IgnoredFields.UNHEARD);
    String name = "";
    while (in.next()) {
      if (in.field() == 1) {
        name = in.string();
      } else {
        in.unknown("");
      }
    }
    return name;
  }
}
