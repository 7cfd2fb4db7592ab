package dev.weft.engine.authn;

import java.util.List;
import java.util.Map.Entry;

/**
 * A token whose signature was verified.
 *
 * @param outputs the headers that its rule makes of it
 * @param notBefore seconds since 1970
 * @param expires seconds since 1970
 */
record VerifiedToken(
    Claims claims, List<Entry<String, String>> outputs, long notBefore, long expires)
    implements Judgement {}
