package dev.weft.control.xds;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Takes requests off the wire as they are; gRPC bounds their size. */
final class RawRequests implements MethodDescriptor.Marshaller<byte[]> {

  static final MethodDescriptor.Marshaller<byte[]> MARSHALLER = new RawRequests();

  private RawRequests() {}

  @Override
  public InputStream stream(byte[] request) {
    return new ByteArrayInputStream(request);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a message that is in memory", e);
    }
  }
}
