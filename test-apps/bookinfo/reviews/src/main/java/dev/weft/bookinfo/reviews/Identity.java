package dev.weft.bookinfo.reviews;

/** Which version and instance of a service answered. */
record Identity(String version, String pod) {}
