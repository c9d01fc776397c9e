package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A batch that was collected unclosed is reported, with the place where it was made. */
class LeakDetectionTest {
    private static final int ROUNDS = 500;

    @AfterEach
    void stopListening() {
        RecordBatch.LEAKS.setLeakListener(null);
    }

    @Test
    void aBatchCollectedUnclosedIsReportedWithWhereItWasMade() {
        List<String> reports = new CopyOnWriteArrayList<>();
        RecordBatch.LEAKS.setLeakListener(new ResourceLeakDetector.LeakListener() {
            @Override
            public void onLeak(String resourceType, String records) {
                reports.add(resourceType + records);
            }
        });
        makeAndForget();
        for (int round = 0; reports.isEmpty() && round < ROUNDS; round++) {
            System.gc();
            // Netty looks for what was collected when it tracks the next.
            empty().close();
        }
        assertTrue(reports.stream()
                .anyMatch(report -> report.startsWith("RecordBatch") && report.contains("makeAndForget")));
    }

    @SuppressWarnings("CheckReturnValue")
    private static void makeAndForget() {
        empty();
    }

    /** Without columns: nothing but the batch is leaked. */
    private static RecordBatch empty() {
        return RecordBatch.of(new Schema(List.of()), List.of(), 0, Map.of());
    }
}
