package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingTest {
  private static final float BELOW_ONE = 1f - 0x1p-20f;
  private static final String MAPPING =
      """
      log: %s
      user: uid
      item: iid
      time: {column: when, unit: ms}
      label: click
      page_view: view
      probability: p
      context:
        hour: {derived: hour}
        device: {kind: categorical, column: dev, missing: ["-"]}
        load: {kind: continuous}
      items:
        file: %s
        id: id
        name: title
        columns:
          tags: {kind: categorical, separator: "|", missing: [none]}
          price: {kind: continuous}
      users:
        file: %s
        id: id
        columns:
          country: {kind: categorical}
      """;
  private static final String LOG =
      """
      when,uid,iid,click,view,p,dev,load,ignored
      1000000001500,"Zoë, ""Z""\",i-1,1,v1,0.5,web,10,x
      1000000001999,"Zoë, ""Z""\",日本,false,v1,0.25,-,30,x
      1000000002000,"Zoë, ""Z""\",i-2,TRUE,v2,1,app,20,x
      1000000003000,u,i-1,0,v10,0,web,,x
      1000000009000,u,i-2,1,,,tv,50,x
      """;
  private static final String ITEMS =
      """
      id,title,tags,price
      i-1,"One, 1",b|a|b,5
      i-2,Two,none,
      日本,,a,25
      i-9,Nine,c,1000
      """;
  private static final String USERS =
      """
      id,country
      u,DE
      "Zoë, ""Z""\",日本
      other,FR
      """;

  @TempDir private Path root;
  private LogFiles logs;

  @BeforeEach
  void makeLogs() throws IOException {
    logs = new LogFiles(root);
  }

  private IngestOptions csv() throws IOException {
    logs.write("log.csv", LOG);
    logs.write("items.csv", ITEMS);
    logs.write("users.csv", USERS);
    Path mapping =
        logs.write("mapping.yaml", MAPPING.formatted("log.csv", "items.csv", "users.csv"));
    return logs.options(LogFormat.CSV).withMapping(mapping).withSplit(null, 0.8);
  }

  @Test
  void aCsvLogBecomesWhatTheMappingSays() throws IOException {
    try (Dataset dataset = LogFiles.open(csv())) {
      String zoe = "Zoë, \"Z\"";
      assertThat(dataset.userIds().id(0)).as("order of bytes").isEqualTo(zoe);
      assertThat(dataset.info().pageViews()).isTrue();
      assertThat(dataset.info().history()).as("default with page views").isEqualTo("positives");
      // Milliseconds are cut to seconds: the first two rows share one.
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly(
              zoe + " i-1 1000000001 0 1",
              zoe + " 日本 1000000001 0 0",
              zoe + " i-2 1000000002 1 1",
              "u i-1 1000000003 0 0");
      assertThat(LogFiles.lines(dataset, dataset.test())).containsExactly("u i-2 1000000009 0 1");
      assertThat(LogFiles.history(dataset, zoe))
          .containsExactly("i-1@1000000001", "i-2@1000000002");
    }
  }

  @Test
  void pageViewsAndProbabilitiesFollowTheirSamples() throws IOException {
    try (Dataset dataset = LogFiles.open(csv())) {
      int[] views = new int[4];
      for (int s = 0; s < 4; s++) {
        views[s] = dataset.train().pageView(s);
      }
      assertThat(views).as("v1, v10, v2 by bytes").containsExactly(0, 0, 2, 1);
      assertThat(dataset.test().pageView(0)).isEqualTo(-1);
      assertThat(dataset.train().probability(1)).isEqualTo(0.25f);
      assertThat(dataset.test().probability(0)).isNaN();
    }
  }

  @Test
  void contextKnowsOnlyTheTrainingPeriod() throws IOException {
    try (Dataset dataset = LogFiles.open(csv())) {
      Column device = dataset.schema().context().get(1);
      assertThat(device.vocabulary()).as("app, web; tv is later").isEqualTo(2);
      assertThat(dataset.train().contextCode(1, 0)).isEqualTo(1);
      assertThat(dataset.train().contextCode(1, 1)).isEqualTo(-1);
      assertThat(dataset.train().contextCode(1, 2)).isZero();
      assertThat(dataset.test().contextCode(1, 0)).isEqualTo(-1);
      Column load = dataset.schema().context().get(2);
      assertThat(load.min()).isEqualTo(10);
      assertThat(load.max()).isEqualTo(30);
      assertThat(dataset.train().contextValue(2, 0)).isZero();
      assertThat(dataset.train().contextValue(2, 1)).isEqualTo(BELOW_ONE);
      assertThat(dataset.train().contextValue(2, 2)).isEqualTo(0.5f * BELOW_ONE);
      assertThat(dataset.train().contextValue(2, 3)).as("missing").isZero();
      assertThat(dataset.test().contextValue(2, 0)).as("clipped").isEqualTo(BELOW_ONE);
    }
  }

  @Test
  void itemsAndUsersHaveTheirColumns() throws IOException {
    try (Dataset dataset = LogFiles.open(csv())) {
      assertThat(LogFiles.itemValues(dataset, 0, "i-1")).containsExactly("b", "a");
      assertThat(LogFiles.itemValues(dataset, 0, "i-2")).isEmpty();
      Column price = dataset.schema().item().get(1);
      assertThat(price.min()).isEqualTo(5);
      assertThat(price.max()).as("1000 is no item of the training period").isEqualTo(25);
      int nine = dataset.itemIds().indexOf("i-9");
      assertThat(dataset.itemFeatures().number(1, nine)).isEqualTo(BELOW_ONE);
      assertThat(dataset.itemFeatures().number(1, dataset.itemIds().indexOf("i-2"))).isZero();
      assertThat(dataset.itemName(dataset.itemIds().indexOf("i-1"))).isEqualTo("One, 1");
      assertThat(dataset.itemName(dataset.itemIds().indexOf("日本"))).isNull();
      assertThat(dataset.users()).isEqualTo(2);
      int code = dataset.userFeatures().code(0, 0);
      assertThat(dataset.userVocabularies().value(0, code)).isEqualTo("日本");
    }
  }

  @Test
  void jsonLinesAndParquetGiveTheSameColumns() throws IOException {
    IngestOptions csv = csv();
    String expected = fingerprint(csv);
    logs.write(
        "log.jsonl.gz",
        """
        {"when":1000000001500,"uid":"Zoë, \\"Z\\"","iid":"i-1","click":1,"view":"v1","p":0.5,"dev":"web","load":10}

        {"when":1000000001999,"uid":"Zo\\u00eb, \\"Z\\"","iid":"日本","click":false,"view":"v1","p":0.25,"dev":"-","load":30}
        {"when":1000000002000,"uid":"Zoë, \\"Z\\"","iid":"i-2","click":"TRUE","view":"v2","p":1,"dev":"app","load":20.0}
        {"when":1000000003000,"uid":"u","iid":"i-1","click":0,"view":"v10","p":0,"dev":"web"}
        {"when":1000000009000,"uid":"u","iid":"i-2","click":1,"view":null,"dev":"tv","load":50}
        """);
    logs.write(
        "items.jsonl",
        """
        {"id":"i-1","title":"One, 1","tags":["b","a","b"],"price":5}
        {"id":"i-2","title":"Two","tags":[]}
        {"id":"日本","tags":"a","price":25}
        {"id":"i-9","title":"Nine","tags":["c"],"price":1e3}
        """);
    Path jsonMapping =
        logs.write("json.yaml", MAPPING.formatted("log.jsonl.gz", "items.jsonl", "users.csv"));
    assertThat(fingerprint(logs.options(LogFormat.JSONL).withMapping(jsonMapping)))
        .isEqualTo(expected);
    try (Database database = Database.open(root.resolve("spill"), 1L << 30, 1)) {
      for (String table : new String[] {"log", "items"}) {
        String columns =
            table.equals("items")
                ? "id, title, string_split(tags, '|') AS tags, TRY_CAST(price AS DOUBLE) AS price"
                : "* REPLACE (CAST(\"when\" AS BIGINT) AS \"when\")";
        database.run(
            "COPY (SELECT "
                + columns
                + " FROM read_csv("
                + Database.text(logs.folder().resolve(table + ".csv").toString())
                + ", all_varchar=true, header=true, quote='\"', escape='\"', delim=',')) TO "
                + Database.text(logs.folder().resolve(table + ".parquet").toString()));
      }
    }
    Path parquetMapping =
        logs.write("parquet.yaml", MAPPING.formatted("log.parquet", "items.parquet", "users.csv"));
    assertThat(fingerprint(logs.options(LogFormat.PARQUET).withMapping(parquetMapping)))
        .isEqualTo(expected);
  }

  @Test
  void isoTimesAndParquetTimestampsAreUtcUnlessTheySayOtherwise() throws IOException {
    logs.write(
        "log.csv",
        """
        t;u;i;y
        2001-09-09T01:46:40Z;a;x;1
        2001-09-09T03:46:41+02:00;a;y;0
        2001-09-09 01:46:42.900;a;z;1
        2001-09-10;b;x;1
        """);
    String mapping = "user: u\nitem: i\ntime: {column: t, unit: iso}\nlabel: y\n";
    Path yaml = logs.write("m.yaml", mapping + "csv: {delimiter: ';'}\n");
    IngestOptions options = logs.options(LogFormat.CSV).withMapping(yaml).withSplit(null, 1);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly(
              "a x 1000000000 0 1",
              "a y 1000000001 1 0",
              "a z 1000000002 2 1",
              "b x 1000080000 0 1");
    }
    try (Database database = Database.open(root.resolve("spill"), 1L << 30, 1)) {
      database.run(
          "COPY (SELECT * REPLACE (CAST(t AS TIMESTAMPTZ) AS t) FROM read_csv("
              + Database.text(logs.folder().resolve("log.csv").toString())
              + ", all_varchar=true, header=true, delim=';')) TO "
              + Database.text(logs.folder().resolve("log.parquet").toString()));
    }
    Path plain = logs.write("m.yaml", mapping);
    IngestOptions parquet =
        logs.options(LogFormat.PARQUET, logs.folder().resolve("log.parquet")).withMapping(plain);
    String fromCsv =
        fingerprint(options.withMapping(logs.write("c.yaml", mapping + "csv: {delimiter: ';'}\n")));
    assertThat(fingerprint(parquet.withSplit(null, 1))).isEqualTo(fromCsv);
  }

  @Test
  void filesWithoutHeaderAndManyFilesAreOneLog() throws IOException {
    logs.write("b.csv", "u2\ti1\t1000000002\t5\n");
    logs.write("a.csv.gz", "u1\ti1\t1000000001\t3\nu1\ti2\t1000000005\t4\n");
    Path yaml =
        logs.write(
            "m.yaml",
            "user: u\nitem: i\ntime: t\nlabel: {column: stars, positive_at: 4, min: 1, max: 5}\n"
                + "csv: {delimiter: \"\\t\", quote: '', columns: [u, i, t, stars]}\n"
                + "history: positives\nsamples_from: 2001-09-09T01:46:42\n");
    IngestOptions options = logs.options(LogFormat.CSV).withMapping(yaml).withSplit(null, 1);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly("u1 i2 1000000005 0 1", "u2 i1 1000000002 0 1");
      assertThat(dataset.info().options().get("samples_from")).hasToString("1000000002");
      assertThat(LogFiles.history(dataset, "u1")).containsExactly("i2@1000000005");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "usr: u | has no key 'usr'; did you mean 'user'?",
        "time: {column: t, units: ms} | time has no key 'units'; did you mean 'unit'?",
        "time: {column: t, unit: min} | has the unit \"min\"; choose s, ms or iso",
        "interactions: true | needs either 'label'",
        "context: {a: {kind: number}} | context.a needs a 'kind'",
        "context: {a: {kind: categorical, separator: ','}} | context.a cannot be multi-valued",
        "context: {a: {derived: minute}} | context.a is derived from \"minute\"",
        "context: {a: {kind: categorical, colum: b}} | context.a has no key 'colum'; did you mean"
            + " 'column'?",
        "items: {id: i} | items has no 'file'",
        "items: {file: nothing.csv, id: i} | nothing.csv: there is no such file",
        "history: some | history \"some\" is not known",
        "samples_from: soon | samples_from \"soon\" is no time",
        "csv: {encoding: ebcdic} | csv has the encoding \"ebcdic\"",
        "page_view: [a] | page_view is no plain value",
        "context: {name: {kind: categorical}} | context.name cannot be used: column name \"name\"",
        "context: {a/b: {kind: categorical}} | context.a/b cannot be used: column name \"a/b\"",
        "context: {../../x: {kind: continuous}} | context.../../x cannot be used: column name",
        "context: {a b: {derived: hour}} | context.a b cannot be used: column name \"a b\"",
      })
  void wrongMappingsNameFileKeyAndRemedy(String line, String expected) throws IOException {
    logs.write("log.csv", "u,i,t,y\na,b,1000000000,1\n");
    String base = "user: u\nitem: i\nlabel: y\n" + (line.startsWith("time") ? "" : "time: t\n");
    Path yaml = logs.write("m.yaml", base + line + "\n");
    IngestOptions options =
        logs.options(LogFormat.CSV, logs.folder().resolve("log.csv")).withMapping(yaml);
    assertThatThrownBy(() -> LogFiles.run(options))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(expected);
    assertThat(logs.leftBehind()).isEmpty();
  }

  @Test
  void aMappingMustBeYaml() throws IOException {
    Path log = logs.write("log.csv", "u,i,t,y\na,b,1000000000,1\n");
    IngestOptions options = logs.options(LogFormat.CSV, log);
    Path twice = logs.write("m.yaml", "user: u\nuser: v\n");
    assertThatThrownBy(() -> LogFiles.run(options.withMapping(twice)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("m.yaml, line 2");
    assertThatThrownBy(() -> LogFiles.run(options.withMapping(logs.folder().resolve("no.yaml"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no such mapping file");
    assertThatThrownBy(() -> LogFiles.run(options))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--format csv needs --mapping");
    Files.delete(log);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "min: 1 | -5 | stars \"-5\" is no finite number from 1 on",
        "min: 1 | nan | stars \"nan\" is no finite number from 1 on",
        "max: 5 | 9 | stars \"9\" is no finite number up to 5",
        "max: 5 | -inf | stars \"-inf\" is no finite number up to 5",
        "min: 1, max: 5 | 0 | stars \"0\" is not between 1 and 5",
        "positive_at: 4 | inf | stars \"inf\" is no finite number",
      })
  void aLabelKeepsToTheBoundsGiven(String bounds, String stars, String reason) throws IOException {
    logs.write("log.csv", "u,i,t,stars\na,x,1000000000,3\na,y,1000000001," + stars + "\n");
    String positive = bounds.startsWith("positive") ? "" : "positive_at: 4, ";
    Path yaml =
        logs.write(
            "m.yaml",
            "user: u\nitem: i\ntime: t\nlabel: {column: stars, " + positive + bounds + "}\n");
    LogFiles.run(logs.options(LogFormat.CSV).withMapping(yaml).withMaxRejectShare(0.5));
    assertThat(logs.rejects()).hasSize(1);
    assertThat(logs.rejects().getFirst().get("reason").asString()).isEqualTo(reason);
  }

  @Test
  void pathsAreNoPatterns() throws IOException {
    logs.write("log1.csv", "u,i,t,y\nwrong,x,1000000000,1\n");
    Path yaml = logs.write("m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\n");
    String csv = "u,i,t,y\nright,x,1000000000,1\n";
    String json = "{\"u\":\"right\",\"i\":\"x\",\"t\":1000000000,\"y\":1}\n";
    for (String name : new String[] {"log[1].csv", "log*.csv", "log?.csv", "log[1].jsonl"}) {
      LogFormat format = name.endsWith(".csv") ? LogFormat.CSV : LogFormat.JSONL;
      Path log = logs.write(name, format == LogFormat.CSV ? csv : json);
      IngestOptions options = logs.options(format, log).withMapping(yaml).withSplit(null, 1);
      try (Dataset dataset = LogFiles.open(options)) {
        assertThat(dataset.userIds().id(0)).as(name).isEqualTo("right");
        assertThat(dataset.users()).as(name).isEqualTo(1);
      }
    }
  }

  @Test
  void foldersAreNoColumns() throws IOException {
    Path folder = Files.createDirectories(logs.folder().resolve("u=5[a]"));
    Path log = folder.resolve("log.parquet");
    try (Database database = Database.open(root.resolve("spill"), 1L << 30, 1)) {
      database.run(
          "COPY (SELECT 'a' AS u, 'x' AS i, 1000000000 AS t, 1 AS y) TO "
              + Database.text(log.toString()));
    }
    Path yaml = logs.write("m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\n");
    IngestOptions options = logs.options(LogFormat.PARQUET, log).withMapping(yaml);
    try (Dataset dataset = LogFiles.open(options.withSplit(null, 1))) {
      assertThat(dataset.userIds().id(0)).isEqualTo("a");
    }
  }

  private static String fingerprint(IngestOptions options) throws IOException {
    try (Dataset dataset = LogFiles.open(options)) {
      return dataset.info().fingerprint();
    }
  }
}
