package dev.weft.weaver;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Class files as a class loader would find them, without loading anything: a class that is loaded
 * while another one is being transformed escapes every transformer.
 *
 * @param loader null: the boot loader
 * @param module where classes of the JDK are looked for first
 */
record ClassFiles(@Nullable ClassLoader loader, Module module) {

  /** The class file, or null when there is none. */
  byte @Nullable [] read(String internalName) throws IOException {
    String path = internalName + ".class";
    try (InputStream in = open(path)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  boolean has(String internalName) throws IOException {
    String path = internalName + ".class";
    if (loader != null && !module.isNamed()) {
      return loader.getResource(path) != null;
    }
    try (InputStream in = open(path)) {
      return in != null;
    }
  }

  private @Nullable InputStream open(String path) throws IOException {
    InputStream in = module.isNamed() ? module.getResourceAsStream(path) : null;
    if (in != null) {
      return in;
    }
    return loader == null
        ? ClassLoader.getPlatformClassLoader().getResourceAsStream(path)
        : loader.getResourceAsStream(path);
  }
}
