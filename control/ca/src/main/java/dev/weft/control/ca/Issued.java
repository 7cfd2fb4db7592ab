package dev.weft.control.ca;

import java.time.Instant;

/**
 * The last certificate of an identity.
 *
 * @param serial in hexadecimal digits
 */
public record Issued(String serial, Instant at, Instant expires) {}
