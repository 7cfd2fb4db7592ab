package dev.weft.bookinfo.demo;

/**
 * A span, as far as the demo looks at it: ids in hex, an empty parent for the first of a trace, and
 * the service that made it.
 */
record Span(String trace, String id, String parent, String service) {}
