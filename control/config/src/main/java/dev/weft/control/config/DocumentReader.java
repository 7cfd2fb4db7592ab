package dev.weft.control.config;

import dev.weft.control.config.istio.Scope;
import dev.weft.control.config.schema.FieldSchema;
import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Report;
import dev.weft.control.config.schema.Report.Path;
import dev.weft.control.config.schema.SchemaChecker;
import dev.weft.control.config.schema.Schemas;
import dev.weft.control.config.schema.Suggestion;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlNode.Mapping;
import dev.weft.control.config.yaml.YamlNode.Scalar;
import dev.weft.control.config.yaml.YamlNode.Sequence;
import dev.weft.control.config.yaml.YamlReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.SourceLocation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the documents of one file: finds out the kind, checks it against its schema, hands it to
 * its reader.
 */
final class DocumentReader {

  private static final List<String> TOP =
      List.of("apiVersion", "kind", "metadata", "spec", "status");
  private static final Mapping EMPTY = new Mapping(Map.of(), 0, 1);

  private final String file;
  private final MeshSettings settings;
  private final MeshConfigDocument mesh;
  private final List<Resource> resources;
  private final List<Finding> findings;

  DocumentReader(
      String file,
      MeshSettings settings,
      YamlReader yaml,
      List<Resource> resources,
      List<Finding> findings) {
    this.file = file;
    this.settings = settings;
    this.mesh = new MeshConfigDocument(file, settings, yaml);
    this.resources = resources;
    this.findings = findings;
  }

  void read(YamlNode document) {
    if (!(document instanceof Mapping mapping)) {
      refuse(FindingCode.WRONG_TYPE, "", document, document.describe() + " (expected: a resource)");
      return;
    }
    if (mesh.is(mapping)) {
      mesh.read(mapping, resources, findings);
      return;
    }
    Optional<String> apiVersion = text(mapping, "apiVersion");
    Optional<String> kind = text(mapping, "kind");
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      return;
    }
    if (apiVersion.get().equals("v1") && kind.get().equals("List")) {
      items(mapping);
      return;
    }
    read(mapping, apiVersion.get(), kind.get());
  }

  private void items(Mapping list) {
    YamlNode.Entry items = list.entries().get("items");
    if (items != null && items.value() instanceof Sequence sequence) {
      sequence.items().forEach(this::read);
    } else {
      refuse(FindingCode.MISSING, "items", list, "items: is missing (expected: a list)");
    }
  }

  private void read(Mapping document, String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "core" : apiVersion.substring(0, slash);
    Optional<KindSchema> schema = Schemas.of(group, kind).or(() -> Kinds.meant(group, kind));
    if (schema.isEmpty()) {
      other(document, group, kind);
    } else if (schema.get().versions().stream()
        .noneMatch(version -> schema.get().apiVersion(version).equals(apiVersion))) {
      String expected = schema.get().apiVersion(schema.get().versions().get(0));
      refuse(
          FindingCode.UNKNOWN_VERSION,
          "apiVersion",
          document,
          "apiVersion: " + Excerpt.of(apiVersion) + " (expected: " + expected + ")");
    } else {
      known(document, schema.get());
    }
  }

  private void other(Mapping document, String group, String kind) {
    boolean isMap = group.equals("core") && kind.equals("ConfigMap");
    Optional<YamlNode.Entry> config =
        isMap ? MeshConfigDocument.within(document, id(document, kind).name()) : Optional.empty();
    if (config.isPresent()) {
      mesh.read(config.get(), resources, findings);
      return;
    }
    if (group.equals("core") && kind.equals("ServiceAccount")) {
      SourceLocation at = new SourceLocation(file, line(document, "kind"));
      resources.add(new Resource.Account(new Metadata(id(document, kind), at, "", Map.of())));
      return;
    }
    Optional<String> reason = Kinds.reason(group, kind);
    if (reason.isEmpty()) {
      String near = Kinds.nearest(kind).map(name -> " (expected: " + name + ")").orElse("");
      refuse(
          FindingCode.INVALID,
          "kind",
          document,
          "kind: " + Excerpt.of(kind) + " is not known in " + group + near);
      return;
    }
    Report report = new Report(file, id(document, kind));
    report.add(
        FindingCode.KIND_IGNORED,
        Path.root("", line(document, "kind")),
        Excerpt.of(kind) + ": " + reason.get());
    findings.addAll(report.findings());
  }

  private void known(Mapping document, KindSchema schema) {
    ResourceId id = id(document, schema.kind());
    Report report = new Report(file, id);
    SchemaChecker checker = new SchemaChecker(report);
    document.entries().forEach((name, entry) -> checkTop(report, name, entry.line()));
    part(document, checker, Schemas.metadata());
    part(document, checker, schema.spec());
    if (!report.hasErrors()) {
      Metadata metadata = metadata(document, report, id);
      Path path = Path.root("spec", line(document, "spec"));
      ObjectReader spec = new ObjectReader(mapping(document, "spec"), path, report);
      Resource resource = Kinds.reader(schema).read(spec, new Scope(metadata, settings));
      if (!report.hasErrors()) {
        resources.add(resource);
      }
    }
    findings.addAll(report.findings());
  }

  private static void checkTop(Report report, String name, int line) {
    if (!TOP.contains(name)) {
      String near = Suggestion.nearest(name, TOP).orElse("one of " + String.join(", ", TOP));
      Path path = Path.root(Excerpt.of(name), line);
      report.add(FindingCode.UNKNOWN_FIELD, path, "unknown field (expected: " + near + ")");
    }
  }

  private static void part(Mapping document, SchemaChecker checker, FieldSchema schema) {
    YamlNode.Entry entry = document.entries().get(schema.name());
    boolean absent = entry == null || (entry.value() instanceof Scalar scalar && scalar.isNull());
    int line = entry == null ? document.line() : entry.line();
    YamlNode value = absent || entry == null ? EMPTY : entry.value();
    checker.check(schema, value, Path.root(schema.name(), line));
  }

  private Metadata metadata(Mapping document, Report report, ResourceId id) {
    Path path = Path.root("metadata", line(document, "metadata"));
    ObjectReader metadata = new ObjectReader(mapping(document, "metadata"), path, report);
    return new Metadata(
        id,
        new SourceLocation(file, line(document, "kind")),
        metadata.text("creationTimestamp"),
        metadata.textsByKey("annotations"));
  }

  /** The resource's name as far as it can be told; the schema says what is wrong with it. */
  private ResourceId id(Mapping document, String kind) {
    Mapping metadata = mapping(document, "metadata");
    String name = scalar(metadata, "name").orElse("?");
    Namespace namespace =
        scalar(metadata, "namespace")
            .filter(text -> !text.isBlank())
            .map(text -> new Namespace(Excerpt.of(text)))
            .orElse(settings.defaultNamespace());
    return new ResourceId(Excerpt.of(kind), namespace, Excerpt.of(name));
  }

  private Optional<String> text(Mapping document, String field) {
    Optional<String> text = scalar(document, field);
    if (text.isEmpty()) {
      refuse(FindingCode.MISSING, field, document, field + ": is missing (expected: a string)");
    }
    return text;
  }

  private void refuse(FindingCode code, String field, YamlNode document, String message) {
    int line = document instanceof Mapping mapping ? line(mapping, field) : document.line();
    findings.add(new Finding(code, null, new SourceLocation(file, line), field, message));
  }

  private static Optional<String> scalar(Mapping mapping, String field) {
    YamlNode.Entry entry = mapping.entries().get(field);
    return entry != null && entry.value() instanceof Scalar scalar && !scalar.isNull()
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  private static Mapping mapping(Mapping parent, String field) {
    YamlNode.Entry entry = parent.entries().get(field);
    return entry != null && entry.value() instanceof Mapping child ? child : EMPTY;
  }

  private static int line(Mapping mapping, String field) {
    YamlNode.Entry entry = mapping.entries().get(field);
    return entry == null ? mapping.line() : entry.line();
  }
}
