package io.github.reactorudf.worker;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How much memory this process and its children may use together, by a control group of version 1 or 2. */
public final class MemoryQuota {

    /** Version 1 writes none as the largest number of whole pages. */
    private static final long UNLIMITED = 1L << 62;

    private MemoryQuota() {}

    /** Bytes; empty if there is no limit, or none that can be read. */
    public static OptionalLong ofThisProcess() {
        return read(Path.of("/"));
    }

    static OptionalLong read(Path root) {
        ControlGroup group = new ControlGroup(root);
        return LongStream.concat(
                        limits(group.unified(), "memory.max"), limits(group.of("memory"), "memory.limit_in_bytes"))
                .filter(limit -> limit > 0 && limit < UNLIMITED)
                .min();
    }

    private static LongStream limits(Stream<Path> directories, String file) {
        return directories
                .flatMap(directory -> ControlGroup.lines(directory.resolve(file)))
                .mapToLong(MemoryQuota::limit);
    }

    private static long limit(String line) {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // "max", or nothing that is known.
        }
    }
}
