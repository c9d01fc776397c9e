package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind, over a handful of batches. */
class FirstLightTest extends PythonTest {

    @ParameterizedTest
    @ValueSource(strings = {"plus_one", "plus_one_arrow", "plus_one_iterator", "plus_one_arrow_iterator"})
    void rowAlignedKindsAddAColumn(String function) {
        List<Object> results = Batches.ranges(allocator, 10, 100)
                .transform(python().evaluate(
                                Udf.of("functions:" + function).on("x").as("y")))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "y")))
                .flatMapIterable(values -> values)
                .collectList()
                .block();
        assertEquals(LongStream.rangeClosed(1, 1000).boxed().toList(), results);
    }

    @Test
    void aMapGivesWhatItYields() {
        List<Object> results = Batches.ranges(allocator, 10, 100)
                .transform(python().evaluate(Udf.map("functions:evens")))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "x")))
                .flatMapIterable(values -> values)
                .collectList()
                .block();
        assertEquals(LongStream.range(0, 500).map(i -> i * 2).boxed().toList(), results);
    }
}
