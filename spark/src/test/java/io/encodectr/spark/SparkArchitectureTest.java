package io.encodectr.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows of this module: it leans on the core and on what of ingest is free of DuckDB.
 */
class SparkArchitectureTest {
  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.encodectr");
    assertThat(all.contain(Session.class)).isTrue();
  }

  @Test
  void executorsNeedNoDuckDb() {
    noClasses()
        .that()
        .resideInAnyPackage("io.encodectr.spark..", "io.encodectr.log", "io.encodectr.assembly")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.encodectr.ingest", "io.encodectr.world", "org.duckdb..", "java.sql..")
        .check(all);
  }

  @Test
  void nobodyLeansOnSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.encodectr.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.encodectr.spark..", "org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(all);
  }

  @Test
  void sparkHasNoMathsOfItsOwn() {
    noClasses()
        .that()
        .resideInAPackage("io.encodectr.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.encodectr.kernel",
            "io.encodectr.relevance",
            "io.encodectr.cluster",
            "io.encodectr.attention",
            "jdk.incubator.vector..")
        .check(all);
  }

  @Test
  void onlyProgramsKnowTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.encodectr.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .check(all);
  }

  @Test
  void nothingOfOursIsSerializedTheJavaWay() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java[.]io[.]Object(Out|In)putStream")
        .check(all);
  }

  @Test
  void roomsFormNoCircle() {
    slices().matching("io.encodectr.(*)..").should().beFreeOfCycles().check(all);
    slices().matching("io.encodectr.spark.(*)..").should().beFreeOfCycles().check(all);
  }

  @Test
  void namesSayWhatThingsAre() {
    for (String ending : List.of("Util", "Utils", "Manager", "Impl", "Helper")) {
      classes().should().haveSimpleNameNotEndingWith(ending).check(all);
    }
  }
}
