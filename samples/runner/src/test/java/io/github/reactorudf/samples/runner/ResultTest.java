package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is in the output file, read back by DuckDB. */
@ExtendWith(Leftovers.class)
class ResultTest {

    private static final String ROWS =
            "SELECT id, CASE WHEN id % 5 = 0 THEN NULL ELSE id * 7 END AS value, 'row ' || id AS name FROM range(50000) t(id)";

    private Path directory;
    private Path input;
    private Path output;

    @BeforeEach
    void files(@TempDir Path temporary) throws Exception {
        directory = temporary;
        input = Sql.parquet(directory.resolve("in.parquet"), ROWS);
        output = directory.resolve("out.parquet");
    }

    @Test
    void rowAlignedFunctionAddsItsColumnToTheInputsRowsInOrder() throws Exception {
        run("doubled", "--batch-rows", 3_000, "--window", 2).expect(0);
        assertEquals(List.of("id BIGINT", "value BIGINT", "name VARCHAR", "doubled BIGINT"), Sql.columns(output));
        assertEquals(List.of("50000,0"), Sql.rows("""
                        SELECT count(*), count(*) FILTER (file_row_number <> id OR name <> 'row ' || id
                            OR value IS DISTINCT FROM CASE WHEN id %% 5 = 0 THEN NULL ELSE id * 7 END
                            OR doubled IS DISTINCT FROM value * 2)
                        FROM read_parquet('%s', file_row_number = true)""".formatted(output)));
        Leftovers.assertFiles(directory, "in.parquet", "out.parquet");
    }

    @Test
    void columnsNameConstantsAndTypeAreSettable() throws Exception {
        run(
                        "scaled",
                        "--on",
                        "id",
                        "--as",
                        "half",
                        "--with",
                        "factor=0.5",
                        "--with",
                        "label=JFK",
                        "--returns",
                        "float64")
                .expect(0);
        assertEquals("half DOUBLE", Sql.columns(output).get(3));
        assertEquals(List.of("0"), Sql.rows("SELECT count(*) FILTER (half <> id / 2) FROM '" + output + "'"));
    }

    @Test
    void returnsMayBeStatedInPythonOrHere() throws Exception {
        run("untyped", "--returns", "int64").expect(0);
        assertEquals("untyped BIGINT", Sql.columns(output).get(3));
    }

    @Test
    void mapGivesWhatItYields() throws Exception {
        run("even").expect(0);
        assertEquals(List.of("id BIGINT", "text VARCHAR"), Sql.columns(output));
        assertEquals(List.of("25000,0"), Sql.rows("""
                        SELECT count(*), count(*) FILTER (id <> 2 * file_row_number OR text <> id::VARCHAR)
                        FROM read_parquet('%s', file_row_number = true)""".formatted(output)));
    }

    @Test
    void zeroRowsGiveZeroRowsWithTheRightColumns() throws Exception {
        Sql.parquet(input, "SELECT 1::BIGINT AS id, 1.5::FLOAT AS value, 'a' AS name WHERE false");
        run("same_float", "--returns", "float32").expect(1);
        run("scaled").expect(0);
        assertEquals(List.of("id BIGINT", "value FLOAT", "name VARCHAR", "scaled DOUBLE"), Sql.columns(output));
        assertEquals(List.of("0"), Sql.rows("SELECT count(*) FROM '" + output + "'"));
        run("even").expect(0);
        assertEquals(List.of("id BIGINT", "text VARCHAR"), Sql.columns(output));
        assertEquals(List.of("0"), Sql.rows("SELECT count(*) FROM '" + output + "'"));
    }

    @Test
    void outputReplacesWhatWasThereEvenTheInput() throws Exception {
        Files.writeString(output, "old");
        run("doubled").expect(0);
        assertEquals(4, Sql.columns(output).size());
        Run.of(Run.function("doubled"), input, input).expect(0);
        assertEquals(4, Sql.columns(input).size());
    }

    @Test
    void arrowFilesGoInAndOut() throws Exception {
        Path arrow = directory.resolve("middle.arrow");
        Run.of(Run.function("doubled"), input, arrow).expect(0);
        Run.of(Run.function("even"), arrow, output, "--batch-rows", 1_000).expect(0);
        assertEquals(List.of("25000"), Sql.rows("SELECT count(*) FROM '" + output + "'"));
    }

    @Test
    void aPathIsReadAsItIsWritten() throws Exception {
        Path partition = Files.createDirectories(directory.resolve("year=2013/it's"));
        input = Sql.parquet(directory.resolve("plain.parquet"), "SELECT 1::BIGINT AS value");
        Path quoted = Files.move(input, partition.resolve("in.parquet"));
        Run.of(Run.function("doubled"), quoted, partition.resolve("out.parquet"))
                .expect(0);
        Files.move(partition.resolve("out.parquet"), output);
        assertEquals(List.of("value BIGINT", "doubled BIGINT"), Sql.columns(output));
    }

    @Test
    void aFileOfAPackageImportsItsSiblings() throws Exception {
        Path part = Files.createDirectories(directory.resolve("project/part"));
        Files.createFile(directory.resolve("project/__init__.py"));
        Files.createFile(part.resolve("__init__.py"));
        Files.writeString(directory.resolve("project/factors.py"), "FACTOR = 3\n");
        Path code = Files.writeString(part.resolve("code.py"), """
                from reactor_udf import udf
                from ..factors import FACTOR
                @udf(returns="int64")
                def tripled(id): return id * FACTOR
                """);
        Run.of(code + ":tripled", input, output, "--kind", "scalar").expect(0);
        assertEquals(List.of("0"), Sql.rows("SELECT count(*) FILTER (tripled <> id * 3) FROM '" + output + "'"));
    }

    @Test
    void typesOfCsvAreThoseThatAllRowsFit() throws Exception {
        input = Files.writeString(directory.resolve("in.tsv"), """
                id\tbig\tvalue\tname\tcode\tday\tguessed\tat\tzoned\tyes\tnothing
                1\t18446744073709551615\t1.5\t"a ""b""\t"\t007\t2013-01-31\t01/02/2013\t2013-01-31 10:00\t2013-01-31T10:00:00Z\ttrue\t
                2\t1\t\t\t7\t\t\t\t\t\t
                """);
        output = directory.resolve("out.csv.gz");
        Run.of(Run.function("scaled"), input, directory.resolve("out.parquet")).expect(0);
        assertEquals(
                List.of(
                        "id BIGINT",
                        "big DECIMAL(38,0)",
                        "value DOUBLE",
                        "name VARCHAR",
                        "code VARCHAR",
                        "day DATE",
                        "guessed VARCHAR",
                        "at TIMESTAMP",
                        "zoned TIMESTAMP WITH TIME ZONE",
                        "yes BOOLEAN",
                        "nothing VARCHAR",
                        "scaled DOUBLE"),
                Sql.columns(directory.resolve("out.parquet")));
        Run.of(Run.function("scaled"), directory.resolve("out.parquet"), output, "--as", "again")
                .expect(0);
        assertEquals(
                List.of("1,18446744073709551615,1.5,a \"b\"\t,007,1.5", "2,1,null,null,7,null"),
                Sql.rows("SELECT id, big, value, name, code, again FROM read_csv('" + output
                        + "', types = {'big': 'VARCHAR', 'code': 'VARCHAR'})"));
    }

    @Test
    void noValueOfCsvBecomesAnotherOne() throws Exception {
        input = Files.writeString(directory.resolve("in.csv"), """
                id,country,hex,huge,day,value,some,fine,finer,zoned,time,flag
                1,no,0x1A,%s,2013-01-31,inf,inf,2013-01-31 10:00:00.123456789,2013-01-31 10:00:00.1234567891,2013-01-31T10:00:00.1234567Z,10:00:00.1234567,True
                2,yes,5,1,epoch,-inf,1,2013-01-31 10:00:00,2013-01-31 10:00:00,2013-01-31T10:00:00Z,10:00:00,FALSE
                """.formatted("9".repeat(39)));
        Path result = directory.resolve("out.parquet");
        Run.of(Run.function("scaled"), input, result).expect(0);
        assertEquals(
                List.of(
                        "id BIGINT",
                        "country VARCHAR",
                        "hex VARCHAR",
                        "huge DOUBLE",
                        "day VARCHAR",
                        "value DOUBLE",
                        "some DOUBLE",
                        "fine TIMESTAMP_NS",
                        "finer VARCHAR",
                        "zoned VARCHAR",
                        "time VARCHAR",
                        "flag BOOLEAN",
                        "scaled DOUBLE"),
                Sql.columns(result));
        assertEquals(
                List.of("no,0x1A,2013-01-31 10:00:00.123456789,true", "yes,5,2013-01-31 10:00:00.0,false"),
                Sql.rows("SELECT country, hex, fine, flag FROM '" + result + "'"));
    }

    @Test
    void aNameIsNotAPattern() throws Exception {
        for (String name : List.of("s[1]", "s?", "s*")) {
            Path named = Sql.parquet(directory.resolve("one.parquet"), "SELECT 1::BIGINT AS value");
            named = Files.move(named, directory.resolve(name + ".parquet"));
            Path result = directory.resolve("result.parquet");
            Run.of(Run.function("doubled"), named, result).expect(0);
            assertEquals(List.of("1"), Sql.rows("SELECT count(*) FROM '" + result + "'"), name);
            Path csv = Files.writeString(directory.resolve(name + ".csv"), "value\n1\n");
            Run.of(Run.function("doubled"), csv, result).expect(0);
            assertEquals(List.of("1"), Sql.rows("SELECT count(*) FROM '" + result + "'"), name);
        }
    }

    private Run run(String function, Object... more) {
        return Run.of(Run.function(function), input, output, more);
    }
}
