package dev.weft.instrumentation.sample;

/** The supertype of a helper. */
public class DeepBase {}
