package dev.weft.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent's own classes, which lie in its jar as {@code isolated/**.classdata}: the
 * application cannot see them, and they see nothing of the application. As a function, it gives
 * what lies at a path of the jar.
 */
final class AgentLoader extends ClassLoader implements Function<String, byte @Nullable []> {

  static {
    registerAsParallelCapable();
  }

  private static final String FOLDER = "isolated/";

  private final JarFile jar;

  AgentLoader(JarFile jar) {
    super("weft", ClassLoader.getPlatformClassLoader());
    this.jar = jar;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] file = apply(FOLDER + name.replace('.', '/') + ".classdata");
    if (file == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, file, 0, file.length, AgentLoader.class.getProtectionDomain());
  }

  @Override
  public byte @Nullable [] apply(String path) {
    JarEntry entry = jar.getJarEntry(path);
    if (entry == null) {
      return null;
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /** Without a URL, whose handlers would be loaded for it. */
  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] file = apply(FOLDER + name);
    return file == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(file);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    String path = FOLDER + name;
    try {
      return jar.getJarEntry(path) == null
          ? null
          : new URL("jar:file:" + jar.getName() + "!/" + path);
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL found = findResource(name);
    return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
  }
}
