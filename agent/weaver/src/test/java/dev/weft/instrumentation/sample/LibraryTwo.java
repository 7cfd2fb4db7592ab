package dev.weft.instrumentation.sample;

/** A second class of the library. */
public class LibraryTwo {

  public Object answer(Object question) {
    return question;
  }
}
