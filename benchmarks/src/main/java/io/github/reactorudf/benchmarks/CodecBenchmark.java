package io.github.reactorudf.benchmarks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What this side does to a batch on its way, without a socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked
public class CodecBenchmark {

    @Param({"1", "10000", "100000"})
    private int rows;

    private BatchState batch;

    @Setup
    public void setUp() {
        batch = new BatchState(rows);
    }

    /** From a batch to the frame that is written. */
    @Benchmark
    public boolean encode() {
        return batch.encode().release();
    }

    /** From the bytes of a frame to the frame, its body in Arrow memory. */
    @Benchmark
    public long decodeFrame() {
        var frame = batch.decodeFrame();
        frame.body().close();
        return frame.bytes();
    }

    /** From a frame to the batch, validated. */
    @Benchmark
    public int decodeBatch() {
        return batch.decodeBatch();
    }

    @TearDown
    public void tearDown() {
        batch.close();
    }
}
