package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Namespace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code exportTo}: {@code *}, {@code .}, namespaces, and {@code ~} for nobody. */
final class ExportToReader {

  private static final String EVERYWHERE = "*";
  private static final String NOWHERE = "~";

  private ExportToReader() {}

  static ExportTo read(ObjectReader spec, Scope scope) {
    List<String> written = spec.texts("exportTo");
    if (written.isEmpty()) {
      return ExportTo.BY_DEFAULT;
    }
    Set<Namespace> namespaces = new LinkedHashSet<>();
    for (String name : written) {
      boolean alone = name.equals(EVERYWHERE) || name.equals(NOWHERE);
      if (alone && written.size() > 1) {
        refuse(spec, name + " beside others (expected: alone)");
      } else if (!alone && !name.equals(".") && !Syntax.isHost(name)) {
        refuse(spec, Excerpt.of(name) + " (expected: a namespace, \".\" or \"*\")");
      } else if (!alone && !namespaces.add(namespace(name, scope))) {
        refuse(spec, name + " twice (expected: each namespace once)");
      }
    }
    return written.contains(EVERYWHERE) ? ExportTo.EVERYWHERE : ExportTo.only(namespaces);
  }

  private static Namespace namespace(String name, Scope scope) {
    return name.equals(".") ? scope.namespace() : new Namespace(name);
  }

  private static void refuse(ObjectReader spec, String message) {
    spec.report(FindingCode.INVALID, "exportTo", message);
  }
}
