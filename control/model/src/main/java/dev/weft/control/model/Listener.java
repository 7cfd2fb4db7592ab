package dev.weft.control.model;

/**
 * A port on which a workload's application really listens.
 *
 * @param library what serves it, as the agent reported it ({@code tomcat}, {@code grpc}); empty if
 *     declared by hand
 */
public record Listener(int port, Protocol protocol, String library) {}
