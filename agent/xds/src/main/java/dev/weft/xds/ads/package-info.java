/**
 * The discovery protocol, without its transport: what is subscribed, what came, what of it can be
 * put in force. On the loop.
 */
@NullMarked
package dev.weft.xds.ads;

import org.jspecify.annotations.NullMarked;
