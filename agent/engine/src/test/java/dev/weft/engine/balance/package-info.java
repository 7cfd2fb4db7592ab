/** Tests. */
@NullMarked
package dev.weft.engine.balance;

import org.jspecify.annotations.NullMarked;
