/** Tests of tokens. */
@NullMarked
package dev.weft.engine.authn;

import org.jspecify.annotations.NullMarked;
