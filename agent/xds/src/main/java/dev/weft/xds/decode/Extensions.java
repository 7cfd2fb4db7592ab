package dev.weft.xds.decode;

import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.TypedExtensionConfig;
import dev.weft.xds.wire.WireReader;

/** Extensions of which one kind is known where they stand. */
final class Extensions {

  private Extensions() {}

  /**
   * The extension's message, to be read.
   *
   * @param type URL of the one that is known
   */
  static WireReader config(TypedExtensionConfig extension, String type, Decoding decoding)
      throws InvalidResourceException {
    Any config = extension.typedConfig();
    if (config == null || !config.typeUrl().equals(type)) {
      throw decoding
          .where()
          .refuse((config == null ? "absent" : config.typeUrl()) + " (expected: " + type + ")");
    }
    return new WireReader(config.value(), decoding.ignored());
  }
}
