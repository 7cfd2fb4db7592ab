package dev.weft.e2e.oracle;

import java.util.List;

/**
 * What the client was told.
 *
 * @param status 0: an exception, which is the body then
 */
record Answer(int status, String body, List<Header> headers, long millis) {}
