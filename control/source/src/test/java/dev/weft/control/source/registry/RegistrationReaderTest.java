package dev.weft.control.source.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a stranger may send as a hello, and what he is told. */
class RegistrationReaderTest {

  private static Hello hello(Consumer<Hello.Builder> change) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setInstance("i")
            .setName("reviews")
            .setNamespace("default")
            .setAddress("10.0.0.1");
    change.accept(hello);
    return hello.build();
  }

  private static void refused(Consumer<Hello.Builder> change, String... words) {
    assertThatThrownBy(() -> new RegistrationReader(false, null).read(hello(change)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void refusalsNameTheFieldWhatWasFoundAndWhatWasExpected() {
    refused(it -> it.setName("my service"), "name", "\"my service\"", "expected: letters, digits");
    refused(it -> it.setName(""), "name", "\"\"");
    refused(it -> it.setName("a".repeat(64)), "name", "at most 63");
    refused(it -> it.setName("x\u001b[31m"), "name", "\"x?[31m\"");
    refused(it -> it.setNamespace("a.b"), "namespace", "\"a.b\"");
    refused(it -> it.setInstance(""), "instance");
    refused(it -> it.setInstance("a\nb"), "instance", "\"a?b\"");
    refused(it -> it.setAddress("example.com"), "address", "expected: an IP address");
    refused(it -> it.setAddress("0.0.0.0"), "address", "0.0.0.0");
    refused(it -> it.setAddress("224.0.0.1"), "address");
    refused(it -> it.setAddress("1234"), "address");
    refused(it -> it.putLabels("version", "v\u0000"), "label", "version");
    refused(it -> it.setMetricsAddress("x".repeat(300)), "at most 256");
    refused(it -> it.addListening(Listening.newBuilder().setPort(0)), "port: 0");
    refused(it -> it.addListening(Listening.newBuilder().setPort(-1)), "port: -1");
    refused(it -> it.addListening(Listening.newBuilder().setPort(70000)), "port: 70000");
    refused(
        it -> {
          for (int i = 1; i <= 300; i++) {
            it.addListening(Listening.newBuilder().setPort(i));
          }
        },
        "300 ports");
    refused(
        it -> {
          for (int i = 0; i < 65; i++) {
            it.putLabels("l" + i, "v");
          }
        },
        "65 labels");
  }

  @Test
  void namesAreLowerCaseAndAddressesMayBeIpv6() throws Exception {
    Registration read =
        new RegistrationReader(false, null)
            .read(
                hello(
                    it ->
                        it.setName("Reviews")
                            .setAddress("2001:db8::1")
                            .addListening(Listening.newBuilder().setPort(1).setBound("::"))));
    assertThat(read.service()).hasToString("reviews.default");
    assertThat(read.ports())
        .extracting(RegisteredPort::address)
        .containsExactly("2001:db8:0:0:0:0:0:1");
  }
}
