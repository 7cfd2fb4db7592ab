package dev.weft.engine.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where connections may go: hosts by name, what is below a wildcard, addresses and blocks of them,
 * each with its ports. Never changes.
 */
public final class Places {

  public static final Places NONE = builder().build();

  private static final int ANY_PORT = 0;

  private final Map<String, Set<Integer>> names;

  /** By what follows the star: {@code .example.com}. */
  private final Map<String, Set<Integer>> wildcards;

  private final Set<InetSocketAddress> addresses;
  private final List<Block> blocks;

  private record Block(Subnet subnet, int port) {}

  private Places(Builder parts) {
    this.names = Map.copyOf(parts.names);
    this.wildcards = Map.copyOf(parts.wildcards);
    this.addresses = Set.copyOf(parts.addresses);
    this.blocks = List.copyOf(parts.blocks);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** By the name that the application connects to, as far as its address remembers it, or by it. */
  public boolean contains(InetSocketAddress remote) {
    int port = remote.getPort();
    InetAddress address = remote.getAddress();
    return isNamed(name(remote), port) || (address != null && isAt(address, port));
  }

  private boolean isNamed(String name, int port) {
    if (holds(names.get(name), port)) {
      return true;
    }
    if (wildcards.isEmpty()) {
      return false;
    }
    for (int dot = name.indexOf('.', 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (holds(wildcards.get(name.substring(dot)), port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(@Nullable Set<Integer> ports, int port) {
    return ports != null && (ports.contains(port) || ports.contains(ANY_PORT));
  }

  private boolean isAt(InetAddress address, int port) {
    if (addresses.contains(new InetSocketAddress(address, port))
        || addresses.contains(new InetSocketAddress(address, ANY_PORT))) {
      return true;
    }
    for (Block block : blocks) {
      if ((block.port == port || block.port == ANY_PORT) && block.subnet.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** What the application connects to; never asks the network. */
  public static String name(InetSocketAddress remote) {
    String name = remote.getHostString().toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Places places
        && names.equals(places.names)
        && wildcards.equals(places.wildcards)
        && addresses.equals(places.addresses)
        && blocks.equals(places.blocks);
  }

  @Override
  public int hashCode() {
    return Objects.hash(names, wildcards, addresses, blocks);
  }

  /** Collects places; a port of 0 stands for all. */
  public static final class Builder {

    private final Map<String, Set<Integer>> names = new HashMap<>();
    private final Map<String, Set<Integer>> wildcards = new HashMap<>();
    private final Set<InetSocketAddress> addresses = new HashSet<>();
    private final List<Block> blocks = new ArrayList<>();

    private Builder() {}

    /**
     * A host.
     *
     * @param name in any case; of a wildcard what follows the star, {@code .example.com}; an
     *     address where it is one
     */
    public Builder name(String name, int port) {
      InetAddress literal = Literals.parse(name);
      if (literal != null) {
        return address(new InetSocketAddress(literal, port));
      }
      String lower = name.toLowerCase(Locale.ROOT);
      Map<String, Set<Integer>> to = lower.startsWith(".") ? wildcards : names;
      to.computeIfAbsent(lower, any -> new HashSet<>()).add(port);
      return this;
    }

    /**
     * One address.
     *
     * @param address unresolved: a name
     */
    public Builder address(InetSocketAddress address) {
      if (address.isUnresolved()) {
        return name(address.getHostString(), address.getPort());
      }
      addresses.add(address);
      return this;
    }

    /** A block of addresses. */
    public Builder block(Subnet subnet, int port) {
      blocks.add(new Block(subnet, port));
      return this;
    }

    /**
     * As an operator writes it: {@code 10.0.0.0/8}, {@code 192.0.2.7:5432}, {@code
     * [2001:db8::]/32}, {@code db.internal:5432}, {@code *.example.com}; without a port: all of
     * them.
     *
     * @throws IllegalArgumentException it is nothing of these
     */
    public Builder written(String text) {
      new Written(text).addTo(this);
      return this;
    }

    public Places build() {
      return new Places(this);
    }
  }
}
