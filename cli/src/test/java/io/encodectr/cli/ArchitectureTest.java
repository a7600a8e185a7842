package io.encodectr.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the modules and what may enter which room. */
class ArchitectureTest {
  private static final Set<String> SIMILARITY_KERNELS =
      Set.of(
          "dotPairs",
          "dotRows",
          "transposeScaled",
          "softmax",
          "expShifted",
          "assign",
          "shrinkDistances",
          "hammingDistances");

  /** ETA is defined by the bits in which two codes differ, not by a relevance. */
  private static final Map<String, String> OWN_SIMILARITY =
      Map.of("hammingDistances", "io.encodectr.sequence.HammingRetrieval");

  /** A class's module, from where its file lies: a folder or a jar in the module's build folder. */
  private static final Pattern MODULE =
      Pattern.compile(
          "/(core|redis|ingest|train|serve|cli)/target/|/encode-(core|redis|ingest|train|serve|cli)-[^/]*[.]jar");

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.encodectr");
  }

  private static String moduleOf(JavaClass type) {
    String source = type.getSource().map(found -> found.getUri().toString()).orElse("");
    Matcher matcher = MODULE.matcher(source);
    String module = "";
    while (matcher.find()) {
      module = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
    return module;
  }

  private static DescribedPredicate<JavaClass> in(String... modules) {
    List<String> wanted = List.of(modules);
    return describe("in " + wanted, type -> wanted.contains(moduleOf(type)));
  }

  private static DescribedPredicate<JavaClass> outside(String module) {
    return describe(
        "outside " + module, type -> !moduleOf(type).equals(module) && !moduleOf(type).isEmpty());
  }

  @Test
  void allModulesAreSeen() {
    Set<String> modules = new TreeSet<>();
    for (JavaClass type : all) {
      modules.add(moduleOf(type));
    }
    assertThat(modules).containsExactly("cli", "core", "ingest", "redis", "serve", "train");
  }

  @Test
  void noArrowPointsBack() {
    noClasses()
        .that(in("core"))
        .should()
        .dependOnClassesThat(in("redis", "ingest", "train", "serve", "cli"))
        .check(all);
    noClasses()
        .that(in("ingest"))
        .should()
        .dependOnClassesThat(in("redis", "train", "serve", "cli"))
        .check(all);
    noClasses()
        .that(in("train"))
        .should()
        .dependOnClassesThat(in("redis", "serve", "cli"))
        .check(all);
    noClasses()
        .that(in("redis"))
        .should()
        .dependOnClassesThat(in("ingest", "train", "serve", "cli"))
        .check(all);
    noClasses()
        .that(in("serve"))
        .should()
        .dependOnClassesThat(in("ingest", "train", "cli"))
        .check(all);
  }

  @Test
  void librariesStayInTheirRooms() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.encodectr.kernel")
        .should()
        .dependOnClassesThat(resideInAnyPackage("jdk.incubator.vector.."))
        .because("kernels are compiled with care and have a scalar twin each")
        .check(all);
    noClasses()
        .that(outside("train"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.bytedeco.."))
        .because("LibTorch is absent where Encode serves")
        .check(all);
    noClasses()
        .that(outside("ingest"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.duckdb..", "java.sql.."))
        .because("DuckDB is absent where Encode serves")
        .check(all);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.encodectr.redis")
        .should()
        .dependOnClassesThat(resideInAnyPackage("redis.clients.."))
        .because("what is shared is reached through a store's own words")
        .check(all);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.encodectr.ingest")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.duckdb..", "java.sql.."))
        .because("Spark ingests with the other rooms of that module, without DuckDB")
        .check(all);
    noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.spark..", "io.encodectr.spark.."))
        .because("only module spark, which no other one sees, knows Spark")
        .check(all);
    noClasses()
        .that(outside("cli"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback.."))
        .because("whoever embeds a module brings a command line and a log of their own")
        .check(all);
  }

  @Test
  void oneRelevanceEverywhere() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.encodectr.kernel", "io.encodectr.relevance")
        .should()
        .callMethodWhere(
            describe(
                "computes similarities or their weights",
                call ->
                    call.getTargetOwner().getName().equals("io.encodectr.kernel.Kernels")
                        && SIMILARITY_KERNELS.contains(call.getTarget().getName())
                        && !call.getOriginOwner()
                            .getName()
                            .equals(OWN_SIMILARITY.get(call.getTarget().getName()))))
        .because(
            "R2: Relevance is the only similarity, but for ETA's retrieval by Hamming distance")
        .check(all);
  }

  @Test
  void onlyTheCommandLineTalksToTheTerminal() {
    noClasses()
        .that(outside("cli"))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("long work tells io.encodectr.progress.Progress, and the rest is logged")
        .check(all);
    noClasses()
        .that(outside("cli"))
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(all);
  }

  @Test
  void nothingIsSerializedTheJavaWay() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java[.]io[.]Object(Out|In)putStream")
        .because("our files are plain: npy, safetensors, JSON")
        .check(all);
  }

  @Test
  void roomsOfTheCoreFormNoCircle() {
    slices().matching("io.encodectr.(*)..").should().beFreeOfCycles().check(all);
  }

  @Test
  void namesSayWhatThingsAre() {
    classes().should().haveSimpleNameNotEndingWith("Util").check(all);
    for (String ending : List.of("Utils", "Manager", "Impl", "Helper")) {
      classes().should().haveSimpleNameNotEndingWith(ending).check(all);
    }
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    Set<String> packages = new TreeSet<>();
    Set<String> marked = new TreeSet<>();
    for (JavaClass type : all) {
      packages.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
        marked.add(type.getPackageName());
      }
    }
    assertThat(marked).isEqualTo(packages).hasSizeGreaterThan(3);
  }
}
