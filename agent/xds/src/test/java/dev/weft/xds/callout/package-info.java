/** Tests. */
@NullMarked
package dev.weft.xds.callout;

import org.jspecify.annotations.NullMarked;
