package dev.weft.control.xds;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/** What all streams of a server share. */
record ServerContext(
    Publisher publisher,
    Executor pushes,
    AdsCounters counters,
    InstantSource clock,
    System.Logger log) {}
