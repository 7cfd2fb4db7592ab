package dev.weft.control.model;

/** A place in a file. Lines count from 1; 0 means the file as a whole. */
public record SourceLocation(String file, int line) {

  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}
