package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type of resource, and what it is decoded to.
 *
 * @param <T> the decoded form
 */
public final class ResourceType<T> {

  public static final ResourceType<Hosts> HOSTS =
      new ResourceType<>("weft.control.v1.HostTable", Hosts.class, HostTableDecoder::decode);

  /** By SPIFFE id; subscribed all together. */
  public static final ResourceType<IdentityEndpoints> IDENTITIES =
      new ResourceType<>(
          "weft.control.v1.IdentityEndpoints",
          IdentityEndpoints.class,
          IdentityEndpointsDecoder::decode);

  /** Whom the mesh believes. */
  public static final ResourceType<TrustBundle> TRUST =
      new ResourceType<>(
          "weft.control.v1.TrustBundle", TrustBundle.class, TrustBundleDecoder::decode);

  /** What our callers must prove. One that cannot be read lets nothing in. */
  public static final ResourceType<InboundSecurity> INBOUND =
      new ResourceType<>(
          "weft.control.v1.InboundSecurity",
          InboundSecurity.class,
          InboundSecurityDecoder::decode,
          InboundSecurity.UNREADABLE);

  /** Who may ask what of us. One that cannot be read lets nothing in. */
  public static final ResourceType<Authorization> AUTHORIZATION =
      new ResourceType<>(
          "weft.control.v1.Authorization",
          Authorization.class,
          AuthorizationDecoder::decode,
          Authorization.UNREADABLE);

  /** What holds for the requests that arrive here. */
  public static final ResourceType<InboundHttp> INBOUND_HTTP =
      new ResourceType<>(
          "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
          InboundHttp.class,
          InboundHttpDecoder::decode);

  public static final ResourceType<Listener> LISTENERS =
      new ResourceType<>(
          "envoy.config.listener.v3.Listener", Listener.class, ListenerDecoder::decode);

  public static final ResourceType<Routes> ROUTES =
      new ResourceType<>(
          "envoy.config.route.v3.RouteConfiguration", Routes.class, RouteTableDecoder::decode);

  public static final ResourceType<ClusterConfig> CLUSTERS =
      new ResourceType<>(
          "envoy.config.cluster.v3.Cluster", ClusterConfig.class, ClusterDecoder::decode);

  public static final ResourceType<Endpoints> ENDPOINTS =
      new ResourceType<>(
          "envoy.config.endpoint.v3.ClusterLoadAssignment",
          Endpoints.class,
          EndpointsDecoder::decode);

  /** In the order in which a client subscribes. */
  public static final List<ResourceType<?>> ALL =
      List.of(
          HOSTS,
          TRUST,
          IDENTITIES,
          INBOUND,
          AUTHORIZATION,
          INBOUND_HTTP,
          CLUSTERS,
          ENDPOINTS,
          LISTENERS,
          ROUTES);

  /** The name that stands for all resources of a type. */
  public static final String EVERY = "*";

  private static final String PREFIX = "type.googleapis.com/";

  private final String name;
  private final Class<T> decoded;
  private final Decoder<T> decoder;
  private final @Nullable T unreadable;

  private ResourceType(String name, Class<T> decoded, Decoder<T> decoder) {
    this(name, decoded, decoder, null);
  }

  private ResourceType(String name, Class<T> decoded, Decoder<T> decoder, @Nullable T unreadable) {
    this.name = name;
    this.decoded = decoded;
    this.decoder = decoder;
    this.unreadable = unreadable;
  }

  /** From a message to the decoded form. */
  interface Decoder<T> {
    T decode(WireReader in, IgnoredFields ignored)
        throws InvalidMessageException, InvalidResourceException;
  }

  /** Null for a type that the agent does not know. */
  public static @Nullable ResourceType<?> of(String typeUrl) {
    for (ResourceType<?> type : ALL) {
      if (type.typeUrl().equals(typeUrl)) {
        return type;
      }
    }
    return null;
  }

  public String typeUrl() {
    return PREFIX + name;
  }

  /** For people: {@code RouteConfiguration}. */
  public String shortName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * What holds once a resource cannot be read: of what carries security nothing is kept that may
   * have been meant to end. Null: its last good state holds.
   */
  public @Nullable T unreadable() {
    return unreadable;
  }

  /** The decoded form, known to be of this type. */
  public T cast(Object value) {
    return decoded.cast(value);
  }

  /**
   * Decodes one resource.
   *
   * @throws InvalidResourceException says which field, what was found and what was expected
   */
  public T decode(byte[] bytes, IgnoredFields ignored) throws InvalidResourceException {
    try {
      return decoder.decode(new WireReader(bytes, ignored), ignored);
    } catch (InvalidMessageException e) {
      throw new InvalidResourceException(e.getMessage());
    }
  }

  @Override
  public String toString() {
    return shortName();
  }
}
