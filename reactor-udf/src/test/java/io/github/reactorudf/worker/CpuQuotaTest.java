package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of control groups, read from trees of files that stand for those of Linux. */
class CpuQuotaTest {

    private static final int AVAILABLE = 16;
    private static final String CGROUP = "sys/fs/cgroup/";

    private final Path root;

    CpuQuotaTest(@TempDir Path root) {
        this.root = root;
    }

    @Test
    void version2() throws IOException {
        member("0::/");
        file("cpu.max", "400000 100000");
        file("memory.max", "1073741824");
        assertEquals(4, processors());
        assertEquals(OptionalLong.of(1 << 30), MemoryQuota.read(root));
    }

    @Test
    void version1() throws IOException {
        member("4:memory:/m\n3:cpuacct,cpu:/c\n2:cpuset:/");
        file("cpu/c/cpu.cfs_quota_us", "250000");
        file("cpu/c/cpu.cfs_period_us", "50000");
        file("memory/m/memory.limit_in_bytes", "1073741824");
        assertEquals(5, processors());
        assertEquals(OptionalLong.of(1 << 30), MemoryQuota.read(root));
    }

    @Test
    void version1MountedByItsControllers() throws IOException {
        member("3:cpuacct,cpu:/c");
        file("cpuacct,cpu/c/cpu.cfs_quota_us", "200000");
        file("cpuacct,cpu/c/cpu.cfs_period_us", "100000");
        assertEquals(2, processors());
    }

    @Test
    void version2BesideVersion1() throws IOException {
        member("1:cpu:/\n0::/a");
        file("cpu/cpu.cfs_quota_us", "-1");
        file("cpu/cpu.cfs_period_us", "100000");
        file("unified/a/cpu.max", "300000 100000");
        assertEquals(3, processors());
    }

    @Test
    void theLeastOfNestedGroups() throws IOException {
        member("0::/a/b/c");
        file("a/b/c/cpu.max", "max 100000");
        file("a/b/cpu.max", "800000 100000");
        file("a/cpu.max", "300000 100000");
        file("a/b/memory.max", "max");
        file("a/memory.max", "4096");
        assertEquals(3, processors());
        assertEquals(OptionalLong.of(4096), MemoryQuota.read(root));
    }

    @Test
    void aContainerThatSeesThePathOfItsHost() throws IOException {
        member("1:cpu:/docker/0123");
        file("cpu/cpu.cfs_quota_us", "200000");
        file("cpu/cpu.cfs_period_us", "100000");
        assertEquals(2, processors());
    }

    @Test
    void partsAreRoundedDownToAtLeastOne() throws IOException {
        member("0::/");
        file("cpu.max", "270000 100000");
        assertEquals(2, processors());
        file("cpu.max", "50000 100000");
        assertEquals(1, processors());
    }

    @Test
    void noLimit() throws IOException {
        member("4:memory:/\n1:cpu:/\n0::/");
        file("cpu.max", "max 100000");
        file("cpu/cpu.cfs_quota_us", "-1");
        file("cpu/cpu.cfs_period_us", "100000");
        file("memory/memory.limit_in_bytes", "9223372036854771712");
        assertEquals(AVAILABLE, processors());
        assertEquals(OptionalLong.empty(), MemoryQuota.read(root));
    }

    @Test
    void moreThanThereAre() throws IOException {
        member("0::/");
        file("cpu.max", "9900000 100000");
        assertEquals(AVAILABLE, processors());
    }

    @Test
    void absent() {
        assertEquals(AVAILABLE, processors());
        assertEquals(OptionalLong.empty(), MemoryQuota.read(root));
    }

    @Test
    void malformed() throws IOException {
        for (String text : new String[] {"", "\n", "many 100000", "100000", "1 2 3", "100000 0", "-5 100000", "0 0"}) {
            member("0::/\nnonsense\n1:2\n3:cpu:relative\n1:cpu:/");
            file("cpu.max", text);
            file("cpu/cpu.cfs_quota_us", text);
            assertEquals(AVAILABLE, processors(), text);
        }
        for (String text : new String[] {"", "\n", "much", "-1", "0", "99999999999999999999"}) {
            file("memory.max", text);
            assertEquals(OptionalLong.empty(), MemoryQuota.read(root), text);
        }
        Files.write(root.resolve(CGROUP + "cpu.max"), new byte[] {(byte) 0xFF, 0});
        assertEquals(AVAILABLE, processors());
    }

    @Test
    void threadsAreAShare() {
        assertEquals(4, new CpuQuota(8).threads(2));
        assertEquals(1, new CpuQuota(8).threads(64));
    }

    @Test
    void thisProcessHasSome() {
        int processors = CpuQuota.ofThisProcess().processors();
        assertTrue(processors >= 1 && processors <= Runtime.getRuntime().availableProcessors(), "" + processors);
    }

    private int processors() {
        return CpuQuota.read(root, AVAILABLE).processors();
    }

    private void member(String lines) throws IOException {
        write(root.resolve("proc/self/cgroup"), lines);
    }

    private void file(String name, String text) throws IOException {
        write(root.resolve(CGROUP + name), text);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text.isEmpty() ? text : text + "\n");
    }
}
