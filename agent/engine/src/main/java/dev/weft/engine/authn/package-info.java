/**
 * Who asks, as a token says: Envoy's {@code jwt_authn} on the JDK's own signatures. Every token
 * that a request shows must be valid; a request without one passes, and policies see that it has
 * none.
 */
@NullMarked
package dev.weft.engine.authn;

import org.jspecify.annotations.NullMarked;
