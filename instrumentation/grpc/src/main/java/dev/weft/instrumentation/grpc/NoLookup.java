package dev.weft.instrumentation.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks nothing up: hosts of the mesh need not have an address. Serves one channel. */
final class NoLookup extends NameResolverProvider {

  /** There must be an address before the balancer is asked; nobody connects to it. */
  private static final List<EquivalentAddressGroup> NOWHERE =
      List.of(new EquivalentAddressGroup(InetSocketAddress.createUnresolved("mesh.invalid", 1)));

  private final String scheme;
  private final String authority;

  /**
   * @param authority what streams have as their authority unless their try says otherwise
   */
  NoLookup(String scheme, String authority) {
    this.scheme = scheme;
    this.authority = authority;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public String getDefaultScheme() {
    return scheme;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return new NameResolver() {
      @Override
      public String getServiceAuthority() {
        return authority;
      }

      @Override
      @SuppressWarnings("deprecation") // its successor is younger than grpc-java 1.58
      public void start(Listener2 listener) {
        listener.onResult(ResolutionResult.newBuilder().setAddresses(NOWHERE).build());
      }

      @Override
      public void shutdown() {
        // Nothing was begun.
      }
    };
  }
}
