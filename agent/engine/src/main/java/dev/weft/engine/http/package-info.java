/** What every part of the engine may know of HTTP. */
@NullMarked
package dev.weft.engine.http;

import org.jspecify.annotations.NullMarked;
