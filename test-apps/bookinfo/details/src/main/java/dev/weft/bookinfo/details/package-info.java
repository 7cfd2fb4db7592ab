/**
 * The details service: what is printed on a book, as JSON from the HTTP server of the JDK. It calls
 * nobody; productpage is its only caller.
 */
@NullMarked
package dev.weft.bookinfo.details;

import org.jspecify.annotations.NullMarked;
