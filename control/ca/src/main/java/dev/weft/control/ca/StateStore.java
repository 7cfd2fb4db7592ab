package dev.weft.control.ca;

import java.io.IOException;
import java.util.Optional;

/**
 * Where roots of our own and what belongs to them are kept, as texts with names: a folder of one
 * control service, or a place that several of them share. Its text form names it, for people.
 */
public interface StateStore {

  /** The text with the root that signs, without which nothing else here means anything. */
  String ROOT = "root.pem";

  /** The text with the key that signs join tokens, without which they are worth nothing. */
  String TOKEN_KEY = "token-key.json";

  /** What is done while nobody else changes anything. */
  interface Change<T> {
    T make() throws IOException;
  }

  /**
   * What a text says; empty where there is none.
   *
   * @throws IOException it cannot be read, or others may read it as well
   */
  Optional<String> read(String name) throws IOException;

  /** Replaces a text, wholly or not at all. */
  void write(String name, String content) throws IOException;

  /**
   * Changes something that depends on what is there, as if nobody else did meanwhile. Where
   * somebody else does, it may be made again from the beginning, and only the last time counts.
   */
  <T> T exclusively(Change<T> change) throws IOException;

  /** Equal as long as these texts have not changed. */
  Object stamp(String... names) throws IOException;

  /** Where a text is, for people. */
  String place(String name);
}
