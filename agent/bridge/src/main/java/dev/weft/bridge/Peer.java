package dev.weft.bridge;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of an inbound connection, as far as the server library knows. */
public record Peer(@Nullable InetSocketAddress remote, @Nullable InetSocketAddress local) {}
