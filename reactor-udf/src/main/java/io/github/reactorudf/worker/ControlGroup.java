package io.github.reactorudf.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where Linux tells what this process may use: the directories of its control group and of those around it, each of
 * which can set a limit. In a container that sees the path of the host, those that do not exist there are passed over.
 *
 * @param root the directory that stands for {@code /}
 */
record ControlGroup(Path root) {

    private static final String MOUNT = "sys/fs/cgroup";
    private static final int FIELDS = 3;

    /** The directories of the one hierarchy of version 2. */
    Stream<Path> unified() {
        return memberships()
                .filter(membership -> membership.controllers.isEmpty())
                .flatMap(membership -> Stream.of("", "unified").flatMap(mount -> upwards(mount, membership.path)));
    }

    /** The directories of a controller of version 1. */
    Stream<Path> of(String controller) {
        return memberships()
                .filter(membership ->
                        Arrays.asList(membership.controllers.split(",", -1)).contains(controller))
                .flatMap(membership -> Stream.of(controller, membership.controllers)
                        .distinct()
                        .flatMap(mount -> upwards(mount, membership.path)));
    }

    private Stream<Path> upwards(String mounted, String path) {
        Path mount = root.resolve(MOUNT).resolve(mounted);
        List<Path> directories = new ArrayList<>();
        for (Path below = Path.of("/").relativize(Path.of(path)); below != null; below = below.getParent()) {
            directories.add(mount.resolve(below));
        }
        directories.add(mount);
        return directories.stream();
    }

    private Stream<Membership> memberships() {
        return lines(root.resolve("proc/self/cgroup"))
                .map(line -> line.split(":", FIELDS))
                .filter(fields -> fields.length == FIELDS && fields[2].startsWith("/"))
                .map(fields -> new Membership(fields[1], fields[2]));
    }

    /** The lines of a file; none if it can't be read. */
    static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.empty();
        }
    }

    private record Membership(String controllers, String path) {}
}
