package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressBookTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = BEGIN;
  private final AddressBook book = new AddressBook(() -> now);

  private static Workload workload(String id, String address) {
    ServiceName service = new ServiceName("shop", new Namespace("default"));
    return Workload.registered(id, service, Map.of(), address, List.of());
  }

  private void model(Workload... workloads) {
    model(Stream.of(workloads).toList());
  }

  private void model(List<Workload> workloads) {
    book.updated(
        new MeshModel(
            MeshSettings.DEFAULT,
            new MeshModel.Content(
                List.of(), workloads, List.of(), List.of(), List.of(), List.of(), List.of()),
            List.of()));
  }

  private void minutes(int minutes) {
    now = BEGIN.plus(Duration.ofMinutes(minutes));
  }

  private List<String> at(String address, int minute) {
    return book.index().at(address, BEGIN.plus(Duration.ofMinutes(minute))).stream()
        .map(Workload::id)
        .toList();
  }

  @Test
  void anAddressIsHisWhoWasThereThen() {
    model(workload("a", "10.0.0.1"));
    minutes(10);
    model();
    minutes(20);
    model(workload("b", "10.0.0.1"));
    minutes(30);
    assertThat(at("10.0.0.1", -60)).containsExactly("a"); // there at first, so there before
    assertThat(at("10.0.0.1", 9)).containsExactly("a");
    assertThat(at("10.0.0.1", 11)).containsExactly("a"); // clocks differ
    assertThat(at("10.0.0.1", 15)).isEmpty();
    assertThat(at("10.0.0.1", 19)).containsExactly("b"); // called before it was known
    assertThat(at("10.0.0.1", 30)).containsExactly("b");
    assertThat(at("10.0.0.2", 30)).isEmpty();
  }

  @Test
  void whoSharesAnAddressIsNamedToo() {
    model(workload("a", "10.0.0.1"), workload("b", "10.0.0.1"));
    assertThat(at("10.0.0.1", 0)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void addressesAreTheSameHoweverTheyAreWritten() {
    model(workload("a", "fd00::7"), workload("b", "localhost"));
    assertThat(at("fd00:0:0:0:0:0:0:7", 0)).containsExactly("a");
    assertThat(at("127.0.0.1", 0)).isEmpty(); // names are not looked up
  }

  @Test
  void whatIsNewOfAWorkloadIsShown() {
    model(workload("a", "10.0.0.1"));
    model(workload("a", "10.0.0.1").withLabels(Map.of("version", "v2")));
    assertThat(book.index().at("10.0.0.1", now).get(0).labels()).containsEntry("version", "v2");
  }

  @Test
  void memoryIsBoundedInTimeAndNumber() {
    model(workload("a", "10.0.0.1"));
    minutes(10);
    model();
    minutes(10 + (int) AddressBook.KEPT.toMinutes() + 1);
    model();
    assertThat(at("10.0.0.1", 9)).isEmpty();
    model(
        IntStream.rangeClosed(0, AddressBook.MOST)
            .mapToObj(i -> workload("w" + i, "10.1." + i / 256 + "." + i % 256))
            .toList());
    model();
    AddressBook.Index index = book.index();
    assertThat(
            IntStream.rangeClosed(0, AddressBook.MOST)
                .filter(i -> index.at("10.1." + i / 256 + "." + i % 256, now).isEmpty())
                .count())
        .isEqualTo(1);
  }
}
