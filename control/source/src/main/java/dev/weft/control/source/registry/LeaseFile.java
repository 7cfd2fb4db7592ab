package dev.weft.control.source.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registrations on disk, so that a restart of the control service takes no workload out of service:
 * one line of JSON each, a {@code weft.control.v1.Hello} and, where it is known, whose it is.
 * Written aside and moved into place; only its owner may read it.
 */
public final class LeaseFile implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(LeaseFile.class.getName());
  private static final String NAME = "leases.jsonl";
  private static final String IDENTITY = "identity";
  private static final String SERVICES = "services";

  private final Path directory;
  private final Path file;
  private final FileChannel lock;

  private LeaseFile(Path directory, FileChannel lock) {
    this.directory = directory;
    this.file = directory.resolve(NAME);
    this.lock = lock;
  }

  /**
   * The directory is made if it is missing; only its owner may enter it.
   *
   * @throws IOException where it cannot be used, or another process uses it
   */
  public static LeaseFile open(Path directory) throws IOException {
    Files.createDirectories(directory, ownerOnly("rwx------"));
    FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            ownerOnly("rw-------"));
    if (!locked(lock)) {
      lock.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "state directory %s is used by another control service (expected: one each)",
              directory));
    }
    return new LeaseFile(directory, lock);
  }

  /** The lock ends with the channel, and so with the process at the latest. */
  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static FileAttribute<?>[] ownerOnly(String permissions) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** What was saved last. A line that cannot be read is left out and logged. */
  List<Registration> load() throws IOException {
    List<Registration> registrations = new ArrayList<>();
    if (!Files.exists(file)) {
      return registrations;
    }
    int number = 0;
    for (String line : Files.readString(file).split("\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        Hello.Builder hello = Hello.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(line, hello);
        // Ports that were accepted then were reachable then.
        registrations.add(new RegistrationReader(true, principal(line)).read(hello.build()));
      } catch (InvalidProtocolBufferException | RefusedException | RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}:{1}: this registration is lost until its agent is back: {2}",
            file,
            Integer.toString(number),
            e.getMessage());
      }
    }
    return registrations;
  }

  void save(List<Registration> registrations) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Registration registration : registrations) {
      lines.append(line(registration)).append('\n');
    }
    Path aside = Files.createTempFile(directory, NAME, ".new", ownerOnly("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(aside, Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static String line(Registration registration) throws InvalidProtocolBufferException {
    String hello =
        JsonFormat.printer().omittingInsignificantWhitespace().print(hello(registration));
    Principal principal = registration.principal();
    if (principal == null) {
      return hello;
    }
    JsonObject line = JsonParser.parseString(hello).getAsJsonObject();
    line.addProperty(IDENTITY, principal.id().toString());
    JsonArray services = new JsonArray();
    principal.services().stream().sorted().forEach(services::add);
    line.add(SERVICES, services);
    return line.toString();
  }

  /**
   * Whose the registration is.
   *
   * @throws RuntimeException where the line says it in another way than {@link #line} does
   */
  private static @Nullable Principal principal(String line) {
    JsonObject object = JsonParser.parseString(line).getAsJsonObject();
    if (!object.has(IDENTITY)) {
      return null;
    }
    Set<String> services = new HashSet<>();
    for (JsonElement service : object.getAsJsonArray(SERVICES)) {
      services.add(service.getAsString());
    }
    return new Principal(SpiffeId.parse(object.get(IDENTITY).getAsString()), services);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static Hello hello(Registration it) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setInstance(it.instance())
            .setName(it.service().name())
            .setNamespace(it.service().namespace().value())
            .putAllLabels(it.labels())
            .setAddress(it.address())
            .setAgentVersion(it.jvm().agentVersion())
            .setJavaVersion(it.jvm().javaVersion())
            .setPid(it.jvm().pid())
            .setMetricsAddress(it.jvm().metrics());
    it.ports().stream()
        .filter(port -> port.address() != null)
        .map(
            port ->
                Listening.newBuilder()
                    .setPort(port.port())
                    .setBound(port.bound())
                    .setLibrary(port.library()))
        .forEach(hello::addListening);
    return hello.build();
  }
}
