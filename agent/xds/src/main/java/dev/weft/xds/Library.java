package dev.weft.xds;

/**
 * A library of the application.
 *
 * @param version empty: not known
 * @param problem why it could not be woven; empty: it was
 */
public record Library(String name, String version, String problem) {}
