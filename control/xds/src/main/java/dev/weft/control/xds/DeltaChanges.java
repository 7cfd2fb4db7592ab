package dev.weft.control.xds;

import java.util.ArrayList;
import java.util.List;

/** An incremental response in the making. */
final class DeltaChanges {

  private static final int VERSION_FIELD = 1;
  private static final int REMOVED_FIELD = 6;

  private final Frame frame = new Frame();
  private final List<String> names = new ArrayList<>();
  private final StringBuilder content = new StringBuilder();

  void add(Encoded resource) {
    resource.appendDelta(frame);
    names.add(resource.name());
    content.append(resource.name()).append('@').append(resource.version()).append('\n');
  }

  void remove(String name) {
    frame.append(Encoded.bytes(out -> out.writeString(REMOVED_FIELD, name)));
    names.add(name);
    content.append(name).append("@\n");
  }

  Frame frame() {
    return frame;
  }

  boolean any() {
    return !names.isEmpty();
  }

  AdsStream.Response response() {
    return new AdsStream.Response(VERSION_FIELD, Encoded.hash(content.toString()), names);
  }
}
