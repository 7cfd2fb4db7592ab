package dev.weft.instrumentation.jdksockets;

/**
 * Tries to load a native transport that is not there, in both ways that there are. From inside
 * java.base: elsewhere the JVM has a word to say about it.
 */
public interface NativeLoading {

  void byFile();

  void byName();
}
