package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.Listeners;
import dev.weft.engine.egress.EgressGuard;
import dev.weft.engine.egress.Standing;
import dev.weft.xds.UnmeshedSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnmeshedTest {

  private static final Plan PLAIN = new Plan.Plain();

  private final AtomicLong clock = new AtomicLong();
  private final List<Runnable> due = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final Unmeshed unmeshed =
      new Unmeshed(
          Set.of(9999),
          (delay, task) -> {
            delays.add(delay);
            due.add(task);
            return () -> {};
          },
          clock::get);

  private static InetSocketAddress at(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void connects(String literal, Plan plan, Standing standing) {
    unmeshed.connecting(at(literal, 5432), plan, any -> standing);
  }

  @Test
  void whatIsAlikeCountsAsOneWithSomeOfItsAddresses() {
    for (int i = 1; i <= 6; i++) {
      connects("198.51.100." + i, PLAIN, Standing.STRANGER);
    }
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    assertThat(unmeshed.sockets())
        .extracting(UnmeshedSocket::count, UnmeshedSocket::reason, it -> it.addresses().size())
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(6L, "not in the registry", 4),
            org.assertj.core.api.Assertions.tuple(1L, "not in the registry", 1));
    UnmeshedSocket first = unmeshed.sockets().get(0);
    assertThat(first.addresses().get(0)).isEqualTo("198.51.100.1:5432");
    // Neither the JDK nor Weft: who runs this test.
    assertThat(first.library()).startsWith("junit-platform-");
    assertThat(first.frames()).hasSizeLessThanOrEqualTo(SocketOrigin.FRAMES).isNotEmpty();
  }

  @Test
  void whatTheMeshCarriesIsPassedOver() {
    connects("10.0.0.1", new Plan.Refuse("contested address: x"), Standing.STRANGER);
    assertThat(unmeshed.sockets()).isEmpty();
    connects("10.0.0.1", new Plan.Refuse(EgressGuard.REASON + "x"), Standing.STRANGER);
    connects("10.0.0.1", PLAIN, Standing.REPORTED);
    connects("10.0.0.1", PLAIN, Standing.KNOWN);
    assertThat(unmeshed.sockets())
        .extracting(UnmeshedSocket::reason)
        .containsExactly(
            "not in the registry, refused",
            "not in the registry, would be refused",
            "no woven library");
  }

  @Test
  void itsMemoryAndItsTimeAreBounded() {
    for (int i = 0; i < 10 * Unmeshed.LOOKS; i++) {
      connects("10.0.0.1", PLAIN, Standing.STRANGER);
    }
    assertThat(unmeshed.sockets().get(0).count()).isEqualTo(Unmeshed.LOOKS);
    assertThat(unmeshed.leftOff()).isEqualTo(9 * Unmeshed.LOOKS);
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    assertThat(unmeshed.sockets().get(0).count()).isEqualTo(Unmeshed.LOOKS + 1L);
    for (int port = 1; port <= Unmeshed.MOST + 3; port++) {
      unmeshed.listening(at("127.0.0.1", port));
    }
    assertThat(unmeshed.sockets()).hasSize(1 + Unmeshed.MOST);
    assertThat(unmeshed.leftOff()).isEqualTo(9 * Unmeshed.LOOKS + 3);
  }

  @Test
  void aListenerIsThereUntilAWovenLibraryServesItOrItCloses() {
    List<String> told = new ArrayList<>();
    Listeners before =
        unmeshed.before(
            new Listeners() {
              @Override
              public void listening(InetSocketAddress local, String library) {
                told.add(library);
              }

              @Override
              public void closed(InetSocketAddress local) {
                told.add("closed");
              }
            });
    for (int port : new int[] {8080, 9000, 9999}) {
      unmeshed.listening(at("127.0.0.1", port));
      before.listening(at("127.0.0.1", port), "tcp");
    }
    before.listening(at("127.0.0.1", 8080), "tomcat");
    before.listening(at("127.0.0.1", 9999), "tomcat");
    assertThat(unmeshed.sockets())
        .extracting(UnmeshedSocket::reason)
        .containsExactly("no woven library", "weft.unmeshed.ports");
    unmeshed.listeningEnded(at("127.0.0.1", 9000));
    before.closed(at("127.0.0.1", 9000));
    assertThat(unmeshed.sockets())
        .extracting(UnmeshedSocket::addresses)
        .containsExactly(List.of("127.0.0.1:9999"));
    assertThat(told).containsExactly("tcp", "tcp", "tcp", "tomcat", "tomcat", "closed");
  }

  @Test
  void tellsSoonOfWhatIsNewAndLaterOfCounts() {
    AtomicInteger told = new AtomicInteger();
    unmeshed.onChange(told::incrementAndGet);
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    assertThat(delays).containsExactly(Duration.ofSeconds(1));
    due.remove(0).run();
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    connects("10.0.0.1", PLAIN, Standing.STRANGER);
    assertThat(delays).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(15));
    due.remove(0).run();
    assertThat(told).hasValue(3);
  }

  @Test
  void itsOwnFailureIsNobodysConcern() {
    unmeshed.connecting(
        at("10.0.0.1", 1),
        PLAIN,
        any -> {
          throw new IllegalStateException("broken");
        });
    assertThat(unmeshed.sockets()).isEmpty();
  }

  @Test
  void whatApplicationsMakeUpIsCut() throws Exception {
    InetAddress named =
        InetAddress.getByAddress("a\u0007" + "b".repeat(300), new byte[] {10, 0, 0, 1});
    unmeshed.connecting(new InetSocketAddress(named, 1), PLAIN, any -> Standing.STRANGER);
    assertThat(unmeshed.sockets().get(0).addresses().get(0))
        .startsWith("a?bbb")
        .hasSize(SocketOrigin.LONGEST);
  }

  @Test
  void theInnermostJarIsTheLibrary() {
    assertThat(SocketOrigin.jar("/home/me/.m2/okhttp-5.5.0.jar")).isEqualTo("okhttp-5.5.0");
    assertThat(SocketOrigin.jar("/app.jar/!BOOT-INF/lib/okhttp-4.9.jar!/")).isEqualTo("okhttp-4.9");
    assertThat(SocketOrigin.jar("/app/classes/")).isEmpty();
  }
}
