package dev.weft.weaver.compile;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;

/** Class files on the class path, read without being loaded. */
final class ClassPool {

  private static final int CLASS = 7;
  private static final int NAME_AND_TYPE = 12;
  private static final int METHOD_TYPE = 16;

  private final ClassLoader loader;

  ClassPool(ClassLoader loader) {
    this.loader = loader;
  }

  byte[] file(String internalName, String where) {
    try (InputStream in = open(internalName + ".class")) {
      if (in == null) {
        throw new UnsupportedAdviceException(
            where, "no class " + internalName.replace('/', '.') + " on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(internalName, e);
    }
  }

  /** What lies on the class path in a package of the JDK, its loaders do not find there. */
  private @Nullable InputStream open(String path) throws IOException {
    InputStream in = loader.getResourceAsStream(path);
    if (in != null) {
      return in;
    }
    List<URL> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader classPath = new URLClassLoader(entries.toArray(new URL[0]), null);
        InputStream found = classPath.getResourceAsStream(path)) {
      return found == null ? null : new ByteArrayInputStream(found.readAllBytes());
    }
  }

  ClassNode node(String internalName, String where) {
    ClassNode node = new ClassNode(Opcodes.ASM9);
    new ClassReader(file(internalName, where)).accept(node, 0);
    return node;
  }

  /** Internal names of all classes of a package, as they lie beside this class of it. */
  static List<String> packageOf(Class<?> member) {
    String folder = member.getPackageName().replace('.', '/');
    try {
      URI home = member.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path path = Path.of(home);
      if (Files.isDirectory(path)) {
        return classes(path.resolve(folder), folder);
      }
      try (FileSystem jar = FileSystems.newFileSystem(path)) {
        return classes(jar.getPath(folder), folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(folder, e);
    }
  }

  private static List<String> classes(Path directory, String folder) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
          .map(name -> folder + "/" + name.substring(0, name.length() - ".class".length()))
          .sorted()
          .toList();
    }
  }

  /** The same classes, each after its supertypes. */
  List<String> supertypesFirst(Iterable<String> names, String where) {
    Set<String> all = new TreeSet<>();
    names.forEach(all::add);
    Set<String> ordered = new LinkedHashSet<>();
    for (String name : all) {
      addAfterSupertypes(name, all, ordered, where);
    }
    return new ArrayList<>(ordered);
  }

  private void addAfterSupertypes(String name, Set<String> all, Set<String> ordered, String where) {
    if (!all.contains(name) || ordered.contains(name)) {
      return;
    }
    for (String supertype : supertypes(name, where)) {
      addAfterSupertypes(supertype, all, ordered, where);
    }
    ordered.add(name);
  }

  List<String> supertypes(String name, String where) {
    ClassReader reader = new ClassReader(file(name, where));
    List<String> supertypes = new ArrayList<>(List.of(reader.getInterfaces()));
    if (reader.getSuperName() != null) {
      supertypes.add(reader.getSuperName());
    }
    return supertypes;
  }

  /** Every class that this one mentions, by internal name. */
  Set<String> mentioned(String name, String where) {
    ClassReader reader = new ClassReader(file(name, where));
    char[] buffer = new char[reader.getMaxStringLength()];
    Set<String> mentioned = new TreeSet<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      if (offset == 0) {
        continue; // the second half of a long or a double
      }
      switch (reader.readByte(offset - 1)) {
        case CLASS -> add(Type.getObjectType(reader.readUTF8(offset, buffer)), mentioned);
        case NAME_AND_TYPE -> descriptor(reader.readUTF8(offset + 2, buffer), mentioned);
        case METHOD_TYPE -> descriptor(reader.readUTF8(offset, buffer), mentioned);
        default -> {}
      }
    }
    return mentioned;
  }

  private static void descriptor(@Nullable String descriptor, Set<String> mentioned) {
    Type type = Type.getType(descriptor);
    if (type.getSort() == Type.METHOD) {
      add(type.getReturnType(), mentioned);
      for (Type argument : type.getArgumentTypes()) {
        add(argument, mentioned);
      }
    } else {
      add(type, mentioned);
    }
  }

  private static void add(Type type, Set<String> mentioned) {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    if (element.getSort() == Type.OBJECT) {
      mentioned.add(element.getInternalName());
    }
  }
}
