package dev.weft.control.model;

/** A condition on a string, as Istio's StringMatch. */
public sealed interface StringMatch {

  record Exact(String value) implements StringMatch {}

  /** A plain prefix of characters: {@code /foo} also matches {@code /foobar}. */
  record Prefix(String value) implements StringMatch {}

  /** An RE2 expression that must match the whole string. */
  record Regex(String pattern) implements StringMatch {}

  /** Anything, as long as it is there. */
  record Present() implements StringMatch {}
}
