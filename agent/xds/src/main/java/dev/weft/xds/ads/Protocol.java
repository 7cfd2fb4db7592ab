package dev.weft.xds.ads;

import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.wire.InvalidMessageException;
import java.util.Set;

/** One of the two ways to speak of resources, on one call. */
interface Protocol {

  /** As people call it. */
  String name();

  /** Says who we are and all that we want and have. */
  void start();

  /** Asks for these, which the store wants already. */
  void subscribe(ResourceType<?> type, Set<String> names);

  /**
   * Takes one message in and answers it.
   *
   * @return why it was refused, wholly or in part; empty when it was not
   * @throws InvalidMessageException when it is no message of this protocol, so that there is
   *     nothing to refuse by its nonce
   */
  String message(byte[] bytes) throws InvalidMessageException;
}
