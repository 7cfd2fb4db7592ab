/** The hash that both keys of requests and places of endpoints are made of. */
@NullMarked
package dev.weft.engine.hash;

import org.jspecify.annotations.NullMarked;
