package dev.weft.control.source.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives a restart. */
class LeaseFileTest {

  @TempDir private Path directory = Path.of(".");

  private static Registration registration() throws RefusedException {
    return registration(null);
  }

  private static Registration registration(Principal principal) throws RefusedException {
    return new RegistrationReader(true, principal)
        .read(
            Hello.newBuilder()
                .setInstance("i")
                .setName("reviews")
                .setNamespace("default")
                .setAddress("10.0.0.1")
                .putLabels("version", "v1")
                .setPid(4711)
                .setMetricsAddress("127.0.0.1:15020")
                .addListening(Listening.newBuilder().setPort(9080).setLibrary("tomcat"))
                .addListening(Listening.newBuilder().setPort(9081).setBound("127.0.0.1"))
                .build());
  }

  @Test
  void whatWasSavedIsLoadedAndOnlyItsOwnerMayReadIt() throws Exception {
    Path state = directory.resolve("deep").resolve("state");
    try (LeaseFile file = LeaseFile.open(state)) {
      assertThat(file.load()).isEmpty();
      file.save(List.of(registration()));
      assertThat(file.load()).containsExactly(registration());
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
    try (var files = Files.list(state)) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"))
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder("leases.jsonl", "lock");
    }
  }

  @Test
  void whoseItIsIsSavedAsWell() throws Exception {
    Principal principal =
        new Principal(
            SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews"),
            Set.of("reviews", "ratings"));
    Registration proven = registration(principal);
    try (LeaseFile file = LeaseFile.open(directory)) {
      file.save(List.of(registration(), proven));
      assertThat(file.load()).containsExactly(registration(), proven);
      // What says it in another way is nobody's registration rather than anybody's.
      Path path = directory.resolve("leases.jsonl");
      Files.writeString(path, Files.readString(path).replace("spiffe://", "spiffe:"));
      assertThat(file.load()).containsExactly(registration());
    }
  }

  @Test
  void aBrokenLineCostsOnlyItself() throws Exception {
    try (LeaseFile file = LeaseFile.open(directory)) {
      file.save(List.of(registration()));
      Files.writeString(
          directory.resolve("leases.jsonl"),
          "{\"instance\": \"half\n{\"name\":\"no instance\"}\n\u0000\u0001\n",
          StandardOpenOption.APPEND);
      assertThat(file.load()).containsExactly(registration());
    }
  }

  @Test
  void oneDirectoryServesOneProcess() throws Exception {
    try (LeaseFile file = LeaseFile.open(directory)) {
      assertThat(file.load()).isEmpty();
      assertThatThrownBy(() -> LeaseFile.open(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another control service");
    }
    LeaseFile.open(directory).close();
  }
}
