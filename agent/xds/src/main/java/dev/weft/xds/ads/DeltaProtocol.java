package dev.weft.xds.ads;

import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.http2.Call;
import dev.weft.xds.proto.DeltaDiscoveryRequest;
import dev.weft.xds.proto.DeltaDiscoveryResponse;
import dev.weft.xds.proto.Node;
import dev.weft.xds.proto.Resource;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Incremental xDS: only what changed travels, and what we hold survives a reconnection. */
final class DeltaProtocol implements Protocol {

  static final String METHOD =
      "envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

  private final Call call;
  private final Store store;
  private final Intake intake;
  private @Nullable Node node;
  private final Set<ResourceType<?>> opened = new HashSet<>();

  DeltaProtocol(Call call, Store store, Intake intake, Node node) {
    this.call = call;
    this.store = store;
    this.intake = intake;
    this.node = node;
  }

  @Override
  public String name() {
    return "delta";
  }

  @Override
  public void start() {
    for (ResourceType<?> type : ResourceType.ALL) {
      Set<String> names = new LinkedHashSet<>(store.wanted(type));
      if (store.wantsEvery(type)) {
        subscribe(type, names);
        continue;
      }
      // What came unasked is asked for by name: a first request without names would ask for all.
      names.addAll(store.versions(type).keySet());
      if (!names.isEmpty()) {
        subscribe(type, names);
      }
    }
  }

  @Override
  public void subscribe(ResourceType<?> type, Set<String> names) {
    DeltaDiscoveryRequest request = request(type);
    request.resourceNamesSubscribe(List.copyOf(names));
    if (opened.add(type)) {
      Map<String, String> versions = new LinkedHashMap<>(store.versions(type));
      if (!store.wantsEvery(type)) {
        versions.keySet().retainAll(names);
      }
      request.initialResourceVersions(versions);
    }
    call.send(request.toByteArray());
  }

  /** The node goes with the first request of a stream. */
  private DeltaDiscoveryRequest request(ResourceType<?> type) {
    return request(type.typeUrl());
  }

  private DeltaDiscoveryRequest request(String typeUrl) {
    DeltaDiscoveryRequest request = new DeltaDiscoveryRequest().typeUrl(typeUrl);
    if (node != null) {
      request.node(node);
      node = null;
    }
    return request;
  }

  @Override
  public String message(byte[] bytes) throws InvalidMessageException {
    DeltaDiscoveryResponse response =
        DeltaDiscoveryResponse.parse(new WireReader(bytes, IgnoredFields.UNHEARD));
    ResourceType<?> type = ResourceType.of(response.typeUrl());
    DeltaDiscoveryRequest answer = request(response.typeUrl()).responseNonce(response.nonce());
    String problem = type == null ? Refusals.unknownType(response.typeUrl()) : take(type, response);
    if (!problem.isEmpty()) {
      answer.errorDetail(Refusals.status(problem));
    }
    if (type != null) {
      opened.add(type);
    }
    call.send(answer.toByteArray());
    return problem;
  }

  private String take(ResourceType<?> type, DeltaDiscoveryResponse response) {
    List<Incoming> resources = new ArrayList<>();
    for (Resource each : response.resources()) {
      resources.add(new Incoming(each.name(), each.version(), each.resource()));
    }
    List<String> problems = intake.take(type, resources);
    store.answered(type);
    for (String name : response.removedResources()) {
      store.remove(type, name);
    }
    return Refusals.join(problems);
  }
}
