package dev.weft.control.model;

import java.time.Duration;

/**
 * Where an issuer publishes its keys.
 *
 * @param url of a key set, or of the issuer
 * @param discovers whether it is the issuer's, which says by OpenID discovery where its keys are
 * @param timeout of one attempt
 */
public record KeyPlace(String url, boolean discovers, Duration timeout) {}
