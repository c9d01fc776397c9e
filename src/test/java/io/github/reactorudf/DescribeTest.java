package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The functions of modules are described by a function of the library's own. */
class DescribeTest extends PythonTest {

    private static final Udf DESCRIBE = Udf.map("reactor_udf.describe:functions");

    @Test
    void theFunctionsOfAFileAreDescribed() {
        Flux<RecordBatch> described = modules("python/functions.py").transform(python().evaluate(DESCRIBE));
        List<String> first = described
                .map(RecordBatches.<List<String>>closing(
                        batch -> Stream.of("module", "function", "kind", "arguments", "constants", "result")
                                .map(column -> String.valueOf(
                                        Batches.values(batch, column).get(0)))
                                .toList()))
                .blockFirst(Results.LIMIT);
        assertEquals(List.of("python/functions.py", "plus_one", "scalar_pandas", "x", "", "int64"), first);
    }

    @Test
    void aModuleThatIsNotThereIsAnImportError() {
        PythonException error =
                Results.failure(PythonException.class, modules("gone_module").transform(python().evaluate(DESCRIBE)));
        assertEquals("ImportError", error.pythonType());
        Results.assertSays(error, "there is no module 'gone_module'");
    }

    private Flux<RecordBatch> modules(String module) {
        return Flux.defer(() -> Flux.just(Batches.of(allocator, Map.of("file", List.of(module)))));
    }
}
