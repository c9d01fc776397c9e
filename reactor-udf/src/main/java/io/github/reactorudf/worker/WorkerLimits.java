package io.github.reactorudf.worker;

/**
 * When a worker is replaced, and what it may allocate; 0 is for no limit.
 *
 * @param evaluations it is replaced after so many
 * @param residentMemory it is replaced if it is larger than so many bytes when an evaluation ends
 * @param memory bytes that it may allocate ({@code RLIMIT_DATA})
 */
public record WorkerLimits(int evaluations, long residentMemory, long memory) {

    public static final WorkerLimits NONE = new WorkerLimits(0, 0, 0);

    public WorkerLimits withEvaluations(int count) {
        return new WorkerLimits(count, residentMemory, memory);
    }

    public WorkerLimits withResidentMemory(long bytes) {
        return new WorkerLimits(evaluations, bytes, memory);
    }

    public WorkerLimits withMemory(long bytes) {
        return new WorkerLimits(evaluations, residentMemory, bytes);
    }
}
