/**
 * What somebody else is asked of a request that has arrived, and what the answer means: Envoy's
 * {@code ext_authz}, as far as it can be had without I/O.
 */
@NullMarked
package dev.weft.engine.extauthz;

import org.jspecify.annotations.NullMarked;
