package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of every type come through as pyarrow wrote them: types, order, nulls, and the bits of floats. */
@ExtendWith(Leftovers.class)
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
        python("write", input.toString());
        Run.of(Run.function(function), input, output, "--on", column, "--as", "result")
                .expect(0);
        python("compare", input.toString(), output.toString(), column);
    }

    private static void python(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Run.VENV + "/bin/python", "src/test/python/every_type.py"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
