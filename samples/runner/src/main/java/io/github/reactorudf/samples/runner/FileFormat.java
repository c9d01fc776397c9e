package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file's name says it holds. */
enum FileFormat {
    PARQUET,
    ARROW,
    CSV,
    TSV;

    static final String NAMES = ".parquet, .arrow, .feather, .csv, .tsv, .csv.gz or .tsv.gz";

    /** The format of {@code file}, or null if its name ends in none of {@link #NAMES}. */
    static @Nullable FileFormat of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return PARQUET;
        }
        if (name.endsWith(".arrow") || name.endsWith(".feather")) {
            return ARROW;
        }
        String text = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (text.endsWith(".csv")) {
            return CSV;
        }
        return text.endsWith(".tsv") ? TSV : null;
    }
}
