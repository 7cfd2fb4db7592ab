package dev.weft.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms that the module graph alone cannot keep. */
class ArchitectureTest {

  private static JavaClasses weft;

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> paths = Files.walk(Layout.root(), 5)) {
      List<Path> compiled = paths.filter(p -> p.endsWith("target/classes")).toList();
      weft = new ClassFileImporter().importPaths(compiled);
    }
  }

  @Test
  void theBridgeKnowsOnlyTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.weft.bridge..")
        .should()
        .onlyDependOnClassesThat()
        // TLS is java.base's as well: the connection level hands engines and sessions over.
        .resideInAnyPackage("dev.weft.bridge..", "java..", "javax.net.ssl..", "org.jspecify..")
        .check(weft);
  }

  @Test
  void theEngineDoesNoIo() {
    classes()
        .that()
        .resideInAPackage("dev.weft.engine..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "dev.weft.engine..",
                    "dev.weft.bridge..",
                    "com.google.re2j..",
                    "org.jspecify..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.net..",
                    "java.nio..",
                    // Arithmetic, not I/O: digests, and the signatures of tokens.
                    "java.math",
                    "java.security",
                    "java.security.interfaces",
                    "java.security.spec")
                .or(belongToAnyOf(ByteArrayOutputStream.class)))
        .check(weft);
    noClasses()
        .that()
        .resideInAPackage("dev.weft.engine..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(Socket|ServerSocket|URLConnection|HttpURLConnection)")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(weft);
  }

  @Test
  void theEnginesPartsKnowNothingOfOneAnother() {
    slices()
        .matching("dev.weft.engine.(routing|balance|resilience|security|telemetry)..")
        .should()
        .notDependOnEachOther()
        .check(weft);
  }

  @Test
  void adaptersKnowTheBridgeAndTheirLibrary() {
    noClasses()
        .that()
        .resideInAPackage("dev.weft.instrumentation..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft.engine..",
            "dev.weft.identity..",
            "dev.weft.xds..",
            "dev.weft.telemetry..",
            "dev.weft.weaver..",
            "dev.weft.runtime..",
            "dev.weft.control..")
        .check(weft);
  }

  @Test
  void identityKnowsOnlyTheEngineAndTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.weft.identity..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft.identity..",
            "dev.weft.engine..",
            "dev.weft.bridge..",
            "org.jspecify..",
            "java..",
            "javax.net.ssl..")
        .check(weft);
  }

  @Test
  void onlyTheRuntimeKnowsTheWholeAgent() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.weft.xds..", "dev.weft.telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.weft.weaver..", "dev.weft.runtime..")
        .check(weft);
    noClasses()
        .that()
        .resideInAPackage("dev.weft.xds..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.weft.identity..", "dev.weft.telemetry..")
        .check(weft);
    noClasses()
        .that()
        .resideInAPackage("dev.weft.telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.weft.identity..", "dev.weft.xds..")
        .check(weft);
    noClasses()
        .that()
        .resideInAPackage("dev.weft.weaver..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft.engine..",
            "dev.weft.identity..",
            "dev.weft.xds..",
            "dev.weft.telemetry..",
            "dev.weft.runtime..")
        .check(weft);
  }

  @Test
  void theWireIsTheContractBetweenControlAndAgent() {
    noClasses()
        .that()
        .resideInAPackage("dev.weft.control..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft.bridge..",
            "dev.weft.engine..",
            "dev.weft.identity..",
            "dev.weft.xds..",
            "dev.weft.telemetry..",
            "dev.weft.weaver..",
            "dev.weft.runtime..",
            "dev.weft.instrumentation..")
        .check(weft);
  }

  @Test
  void protobufIsDecodedOnce() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.weft.engine..",
            "dev.weft.telemetry..",
            "dev.weft.runtime..",
            "dev.weft.control.model..",
            "dev.weft.control.config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "io.envoyproxy..", "io.grpc..")
        .check(weft);
  }

  @Test
  void controlsRoomsMeetInTheServerAlone() {
    for (String room : List.of("source", "xds", "ca")) {
      String[] others =
          Stream.of("source", "xds", "ca", "kubernetes", "server", "cli")
              .filter(other -> !other.equals(room))
              .map(other -> "dev.weft.control." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.weft.control." + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(weft);
    }
  }

  @Test
  void kubernetesStaysInItsRoom() {
    noClasses()
        .that()
        .resideInAPackage("dev.weft..")
        .and()
        // The webhook keeps its certificate in a Secret, and writes Events and caBundles. A
        // benchmark is no part of the product: it fills a cluster, and has nobody who could do so.
        .resideOutsideOfPackages(
            "dev.weft.control.kubernetes..",
            "dev.weft.injector.webhook..",
            "dev.weft.testapps.bench.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8.kubernetes..")
        .check(weft);
    noClasses()
        .that()
        .resideInAPackage("dev.weft.control.kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft.control.xds..", "dev.weft.control.server..", "dev.weft.control.cli..")
        .check(weft);
  }

  @Test
  void onlyWhoSignsKnowsTheTools() {
    noClasses()
        .that()
        // The webhook signs its own certificate.
        .resideOutsideOfPackages("dev.weft.control.ca..", "dev.weft.injector.webhook..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bouncycastle..")
        .check(weft);
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.weft.control.ca..", "dev.weft.control.config.keys..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.nimbusds..")
        .check(weft);
  }
}
