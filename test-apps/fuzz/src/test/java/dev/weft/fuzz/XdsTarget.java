package dev.weft.fuzz;

import dev.weft.xds.decode.InvalidResourceException;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.wire.IgnoredFields;
import java.util.Arrays;

/** Whatever a control service sends, a decoder answers with a record or with a reason. */
public final class XdsTarget {

  private XdsTarget() {}

  /**
   * @param input the resource's type (a byte), and the resource
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ResourceType<?> type = ResourceType.ALL.get(Math.floorMod(input[0], ResourceType.ALL.size()));
    try {
      if (type.decode(Arrays.copyOfRange(input, 1, input.length), IgnoredFields.UNHEARD) == null) {
        throw new AssertionError(type + " is decoded to nothing");
      }
    } catch (InvalidResourceException e) {
      if (e.getMessage() == null || e.getMessage().isEmpty()) {
        throw new AssertionError("refused without a reason", e);
      }
    }
  }
}
