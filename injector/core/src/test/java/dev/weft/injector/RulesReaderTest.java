package dev.weft.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesReaderTest {

  @Test
  void nothingSaidIsTheDefault() throws RulesException {
    assertThat(RulesReader.read("")).isEqualTo(InjectionRules.DEFAULT);
    assertThat(RulesReader.read("# nothing\n")).isEqualTo(InjectionRules.DEFAULT);
    assertThat(RulesReader.read("revision: ''\n")).isEqualTo(InjectionRules.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          controll: a:1                 | controll: unknown (expected: one of
          control: weft                 | control: "weft" (expected: host:port)
          control: 7                    | control: 7 (expected: host:port)
          revision: Canary              | revision: "Canary" (expected: a DNS label
          delivery: copy                | delivery: "copy" (expected: initContainer or imageVolume or auto)
          failMode: shut                | failMode: "shut" (expected: closed or open)
          prometheus: 'yes'             | prometheus: "yes" (expected: true or false)
          tokenExpirationSeconds: 599   | tokenExpirationSeconds: 599 (expected: 600 to
          tokenExpirationSeconds: '600' | tokenExpirationSeconds: "600" (expected: 600 to
          image: ''                     | image: "" (expected: an image)
          imagePullPolicy: Sometimes    | imagePullPolicy: "Sometimes" (expected: Always or IfNotPresent or Never)
          optionsVariable: OPTS         | optionsVariable: "OPTS" (expected: JAVA_TOOL_OPTIONS or JDK_JAVA_OPTIONS)
          resources: 5                  | resources: 5 (expected: requests and limits
          resources: {cpu: 1}           | resources.cpu: 1 (expected: requests or limits)
          settings: [a]                 | settings: ["a"] (expected: WEFT_* or OTEL_* variables)
          settings: {PATH: x}           | settings.PATH: "x" (expected: WEFT_* or OTEL_*)
          settings: {WEFT_A: 10}        | settings.WEFT_A: 10 (expected: text; a number in quotes)
          excludedNamespaces: a         | excludedNamespaces: "a" (expected: a list of names)
          - a                           | no mapping (expected: keys and values)
          a: [                          | no YAML:
          """)
  void saysWhatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> RulesReader.read(yaml))
        .isInstanceOf(RulesException.class)
        .hasMessageStartingWith(message);
  }
}
