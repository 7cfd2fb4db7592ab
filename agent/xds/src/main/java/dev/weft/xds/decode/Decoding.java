package dev.weft.xds.decode;

import dev.weft.xds.wire.IgnoredFields;

/**
 * What decoders of one resource share.
 *
 * @param where the resource, or its part, begins
 */
record Decoding(IgnoredFields ignored, Where where) {

  Filters filters() {
    return new Filters(ignored);
  }
}
