package dev.weft.control.xds.resource;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Plain values in protobuf's clothes. */
final class Values {

  private Values() {}

  /** Null is zero, which for Envoy's timeouts means none. */
  static Duration duration(java.time.@Nullable Duration duration) {
    return duration == null
        ? Duration.getDefaultInstance()
        : Duration.newBuilder()
            .setSeconds(duration.getSeconds())
            .setNanos(duration.getNano())
            .build();
  }

  static UInt32Value number(int value) {
    return UInt32Value.of(value);
  }

  static Address address(String host, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
        .build();
  }
}
