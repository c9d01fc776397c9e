package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of every type come through as pyarrow wrote them: types, order, nulls, and the bits of floats. */
@ExtendWith(Leftovers.class)
@Tag("full")
class EveryTypeTest {

    @ParameterizedTest
    @CsvSource({
        "in.parquet, out.parquet, same_float, double_null",
        "in.parquet, out.parquet, same_text, string",
        "in.feather, out.feather, same_float, double",
        "in.feather, out.parquet, same_text, string"
    })
    void comesThroughUnchanged(String from, String to, String function, String column, @TempDir Path directory)
            throws Exception {
        Path input = directory.resolve(from);
        Path output = directory.resolve(to);
        Python.run("every_type.py", "write", input);
        Run.of(Run.function(function), input, output, "--on", column, "--as", "result")
                .expect(0);
        Python.run("every_type.py", "compare", input, output, column);
    }

    @ParameterizedTest
    @CsvSource({"in.parquet, out.parquet", "in.feather, out.feather"})
    void staysTheSameWhereRowsAreSorted(String from, String to, @TempDir Path directory) throws Exception {
        Path input = directory.resolve(from);
        Path output = directory.resolve(to);
        Python.run("every_type.py", "write", input);
        Run.of(Run.function("same_float"), input, output, "--on", "double", "--as", "result", "--order-by", "id")
                .expect(0);
        Python.run("every_type.py", "compare", input, output, "double", "sorted");
    }
}
