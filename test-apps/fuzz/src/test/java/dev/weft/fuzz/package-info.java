/**
 * What reads bytes of strangers, one class {@code …Target} each, with a method that Jazzer calls
 * with inputs of its own making. A target says what must never happen; mostly it compares with how
 * somebody else reads the same. What once broke one is in its corpus, which {@link
 * dev.weft.fuzz.CorpusTest} goes through at each build.
 */
package dev.weft.fuzz;
