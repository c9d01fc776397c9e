package io.github.reactorudf.worker;

import java.nio.file.Path;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * How many processors this process may use: those that are there, or fewer by a quota of its control group (version 1
 * or 2) or of one around it. What can't be read limits nothing.
 *
 * <p>A quota is rounded down: past it the kernel stops every thread of the group, those of the JVM too, until the next
 * period begins.
 *
 * @param processors at least 1
 */
public record CpuQuota(int processors) {

    private static final String UNLIMITED = "max";

    public static CpuQuota ofThisProcess() {
        return read(Path.of("/"), Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param root the directory that stands for {@code /}
     * @param available processors that are there
     */
    static CpuQuota read(Path root, int available) {
        ControlGroup group = new ControlGroup(root);
        double least = DoubleStream.concat(
                        group.unified()
                                .flatMap(directory -> ControlGroup.lines(directory.resolve("cpu.max")))
                                .mapToDouble(CpuQuota::unified),
                        group.of("cpu").mapToDouble(CpuQuota::version1))
                .min()
                .orElse(available);
        return new CpuQuota((int) Math.max(1, Math.min(available, least)));
    }

    /** How many threads each of so many workers may use, at least 1. */
    public int threads(int workers) {
        return Math.max(1, processors / workers);
    }

    /** {@code 150000 100000}, or {@code max 100000}. */
    private static double unified(String line) {
        String[] fields = line.split(" ", 2);
        return fields.length != 2 || fields[0].equals(UNLIMITED)
                ? Double.POSITIVE_INFINITY
                : quotient(fields[0], fields[1]);
    }

    /** A quota of -1 is none. */
    private static double version1(Path directory) {
        return Stream.of("cpu.cfs_quota_us", "cpu.cfs_period_us")
                .flatMap(name -> ControlGroup.lines(directory.resolve(name)).limit(1))
                .reduce(CpuQuota::pair)
                .map(CpuQuota::unified)
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static String pair(String quota, String period) {
        return quota + " " + period;
    }

    private static double quotient(String quota, String period) {
        try {
            double processors = Double.parseDouble(quota) / Double.parseDouble(period);
            return processors > 0 ? processors : Double.POSITIVE_INFINITY;
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }
}
