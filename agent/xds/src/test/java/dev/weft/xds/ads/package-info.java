/** What is put together of resources. */
@NullMarked
package dev.weft.xds.ads;

import org.jspecify.annotations.NullMarked;
