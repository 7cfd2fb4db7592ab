package dev.weft.weaver;

import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Home;
import dev.weft.weaver.Report.Library;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/** Tells which library, and which version of it, a class belongs to. */
final class Libraries {

  private static final String UNKNOWN = "unknown";

  private Libraries() {}

  static Library of(
      Adapter adapter, @Nullable ClassLoader loader, @Nullable ProtectionDomain domain) {
    String version =
        adapter.home() == Home.LIBRARY ? version(domain) : System.getProperty("java.version");
    return new Library(adapter.name(), version == null ? UNKNOWN : version, name(loader));
  }

  private static String name(@Nullable ClassLoader loader) {
    if (loader == null) {
      return "boot";
    }
    String type = loader.getClass().getName();
    return loader.getName() == null ? type : loader.getName() + " (" + type + ")";
  }

  private static String version(@Nullable ProtectionDomain domain) {
    CodeSource source = domain == null ? null : domain.getCodeSource();
    return source == null || source.getLocation() == null
        ? UNKNOWN
        : version(source.getLocation().toString());
  }

  /** The version in the name of the last jar of a location, nested ones included. */
  static String version(String location) {
    int end = location.lastIndexOf(".jar");
    if (end < 0) {
      return UNKNOWN;
    }
    String name = location.substring(location.lastIndexOf('/', end) + 1, end);
    for (int i = name.indexOf('-'); i >= 0 && i + 1 < name.length(); i = name.indexOf('-', i + 1)) {
      if (Character.isDigit(name.charAt(i + 1))) {
        return name.substring(i + 1);
      }
    }
    return UNKNOWN;
  }
}
