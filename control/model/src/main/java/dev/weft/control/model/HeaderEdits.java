package dev.weft.control.model;

/** Header edits of one route or one destination, both ways. */
public record HeaderEdits(HeaderOperations request, HeaderOperations response) {

  public static final HeaderEdits NONE =
      new HeaderEdits(HeaderOperations.NONE, HeaderOperations.NONE);
}
