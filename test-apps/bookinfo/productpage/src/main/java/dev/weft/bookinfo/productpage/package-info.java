/**
 * The product page: one book as a page and as JSON, put together from details and reviews, which it
 * asks in parallel. Users call it; it calls the other services.
 */
@NullMarked
package dev.weft.bookinfo.productpage;

import org.jspecify.annotations.NullMarked;
