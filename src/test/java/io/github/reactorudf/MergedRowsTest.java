package io.github.reactorudf;

import java.util.Random;

/** The same where batches are sent as one, at random borders. */
class MergedRowsTest extends RowsTest {

    private final Random random = new Random(5);

    @Override
    PythonRuntime.Builder builder() {
        return super.builder().unitSizes(() -> 1 + random.nextInt(6));
    }
}
