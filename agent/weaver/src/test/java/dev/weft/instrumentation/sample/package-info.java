/** A library, a module that weaves it, and the helper that is called: as an adapter looks. */
@NullMarked
package dev.weft.instrumentation.sample;

import org.jspecify.annotations.NullMarked;
