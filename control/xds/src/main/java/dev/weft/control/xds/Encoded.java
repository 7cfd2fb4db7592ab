package dev.weft.control.xds;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import dev.weft.control.xds.resource.ResourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A resource, serialized once for all streams. Its version is a hash of its content, so that a
 * restart, or another replica, gives the same content the same version.
 */
final class Encoded {

  private static final int ANY_TYPE_URL = 1;
  private static final int ANY_VALUE = 2;
  private static final int RESPONSE_RESOURCES = 2;
  private static final int RESOURCE_VERSION = 1;
  private static final int RESOURCE_ANY = 2;
  private static final int RESOURCE_NAME = 3;
  private static final int VERSION_BYTES = 8;

  private final String name;
  private final String version;
  private final byte[] any;
  private final byte[] deltaHead;
  private final byte[] stateHead;

  private Encoded(String name, String version, byte[] any) {
    this.name = name;
    this.version = version;
    this.any = any;
    this.deltaHead = deltaHead(name, version, any.length);
    this.stateHead = bytes(out -> lengthPrefix(out, RESPONSE_RESOURCES, any.length));
  }

  static Encoded of(ResourceType type, String name, Message message) {
    byte[] value = deterministic(message);
    byte[] any =
        bytes(
            out -> {
              out.writeString(ANY_TYPE_URL, type.url());
              out.writeByteArray(ANY_VALUE, value);
            });
    return new Encoded(name, hash(any), any);
  }

  String name() {
    return name;
  }

  String version() {
    return version;
  }

  /** The size of what {@link #appendDelta} appends, in bytes. */
  int size() {
    return deltaHead.length + any.length;
  }

  /** One element of DeltaDiscoveryResponse's resources. */
  void appendDelta(Frame frame) {
    frame.append(deltaHead);
    frame.append(any);
  }

  /** One element of DiscoveryResponse's resources. */
  void appendState(Frame frame) {
    frame.append(stateHead);
    frame.append(any);
  }

  private static byte[] deltaHead(String name, String version, int anyLength) {
    byte[] inner =
        bytes(
            out -> {
              out.writeString(RESOURCE_VERSION, version);
              out.writeString(RESOURCE_NAME, name);
              lengthPrefix(out, RESOURCE_ANY, anyLength);
            });
    return bytes(
        out -> {
          lengthPrefix(out, RESPONSE_RESOURCES, inner.length + anyLength);
          out.writeRawBytes(inner);
        });
  }

  private static void lengthPrefix(CodedOutputStream out, int field, int length)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
  }

  /** Maps in the order of their keys: the same content must be the same bytes. */
  private static byte[] deterministic(Message message) {
    return bytes(
        out -> {
          out.useDeterministicSerialization();
          message.writeTo(out);
        });
  }

  static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hash(String content) {
    return hash(content.getBytes(StandardCharsets.UTF_8));
  }

  /** What {@code writer} writes, as a chunk. */
  static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      writer.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Writes fields. */
  interface Writer {
    void write(CodedOutputStream out) throws IOException;
  }
}
