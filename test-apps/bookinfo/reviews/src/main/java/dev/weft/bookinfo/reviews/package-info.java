/**
 * The reviews service, whose version is a setting: v1 shows no stars, v2 asks ratings over HTTP
 * (black stars), v3 asks it over gRPC (red stars). Productpage is its only caller.
 */
@NullMarked
package dev.weft.bookinfo.reviews;

import org.jspecify.annotations.NullMarked;
