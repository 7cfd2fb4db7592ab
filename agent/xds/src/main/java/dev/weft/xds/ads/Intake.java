package dev.weft.xds.ads;

import dev.weft.xds.decode.InvalidResourceException;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.proto.Any;
import dev.weft.xds.wire.IgnoredFields;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes resources in, each on its own: the good ones of an answer are put in force, a bad one keeps
 * its last good state unless it carries security, and the answer as a whole is refused with a
 * reason for each bad one. So do Envoy and gRPC; a rule that one team breaks must not hold up
 * everybody's.
 */
final class Intake {

  private static final int MOST_RESOURCES = 100_000;

  private final Store store;
  private final IgnoredFields ignored;

  Intake(Store store, IgnoredFields ignored) {
    this.store = store;
    this.ignored = ignored;
  }

  /** Why resources were refused; empty when all is well. */
  List<String> take(ResourceType<?> type, List<Incoming> resources) {
    List<String> problems = new ArrayList<>();
    for (Incoming incoming : resources) {
      String version = incoming.version();
      if (!version.isEmpty() && version.equals(store.version(type, incoming.name()))) {
        continue; // sent again
      }
      try {
        Object value = type.decode(content(type, incoming), ignored);
        store.put(type, incoming.name(), version, value);
      } catch (InvalidResourceException e) {
        problems.add(refuse(type, incoming, e.getMessage()));
      } catch (RuntimeException | StackOverflowError e) {
        // A decoder's own mistake refuses the resource, too.
        problems.add(refuse(type, incoming, e.toString()));
      }
    }
    return problems;
  }

  private String refuse(ResourceType<?> type, Incoming incoming, String reason) {
    Object instead = type.unreadable();
    if (instead != null && store.wanted(type).contains(incoming.name())) {
      store.put(type, incoming.name(), "", instead);
    }
    return type + " \"" + incoming.name() + "\": " + reason;
  }

  private byte[] content(ResourceType<?> type, Incoming incoming) throws InvalidResourceException {
    if (store.size(type) >= MOST_RESOURCES && !store.isKnown(type, incoming.name())) {
      throw new InvalidResourceException("one of more than " + MOST_RESOURCES + " resources");
    }
    Any resource = incoming.resource();
    String found = resource == null ? "" : resource.typeUrl();
    if (resource == null || !found.equals(type.typeUrl())) {
      throw new InvalidResourceException(
          "\"" + found + "\" (expected: \"" + type.typeUrl() + "\")");
    }
    return resource.value();
  }
}
