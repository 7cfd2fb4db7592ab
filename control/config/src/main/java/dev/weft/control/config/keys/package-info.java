/** Key sets of those who issue tokens (RFC 7517), reduced to public keys that can be used. */
@NullMarked
package dev.weft.control.config.keys;

import org.jspecify.annotations.NullMarked;
