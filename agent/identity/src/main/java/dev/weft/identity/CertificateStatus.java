package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with the certificate: for metrics and the status page.
 *
 * @param identity who we are; null before the first certificate
 * @param serial of the certificate, hexadecimal
 * @param left how long it is valid; negative: it has expired
 * @param issued how many there were
 * @param failures attempts that failed
 * @param lastFailure why; null: the last attempt was well
 */
public record CertificateStatus(
    @Nullable SpiffeId identity,
    @Nullable String serial,
    @Nullable Instant notAfter,
    @Nullable Duration left,
    long issued,
    long failures,
    @Nullable String lastFailure) {}
