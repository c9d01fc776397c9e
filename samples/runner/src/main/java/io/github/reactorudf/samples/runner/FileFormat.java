package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file's name says it holds. */
enum FileFormat {
    PARQUET,
    ARROW;

    static final String NAMES = ".parquet, .arrow or .feather";

    /** The format of {@code file}, or null if its name ends in none of {@link #NAMES}. */
    static @Nullable FileFormat of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return PARQUET;
        }
        return name.endsWith(".arrow") || name.endsWith(".feather") ? ARROW : null;
    }
}
