/** Tests. */
@NullMarked
package dev.weft.engine.authz;

import org.jspecify.annotations.NullMarked;
