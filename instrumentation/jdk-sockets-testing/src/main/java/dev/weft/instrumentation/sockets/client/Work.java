package dev.weft.instrumentation.sockets.client;

/**
 * How much a client does.
 *
 * @param threads at the same time
 * @param calls of each of them
 * @param megabytes of the large bodies, one each way; 0: none, and no file
 */
public record Work(int threads, int calls, int megabytes) {}
