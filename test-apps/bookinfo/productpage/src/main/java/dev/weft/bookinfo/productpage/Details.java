package dev.weft.bookinfo.productpage;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the details service answers. */
record Details(
    long id,
    String author,
    int year,
    String type,
    int pages,
    String publisher,
    String language,
    @JsonProperty("ISBN-10") String isbn10,
    @JsonProperty("ISBN-13") String isbn13,
    String version,
    String pod) {}
