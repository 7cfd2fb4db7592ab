@NullMarked
package dev.weft.xds.http2;

import org.jspecify.annotations.NullMarked;
