package io.github.reactorudf.benchmarks;

import java.util.Locale;

/** The library that the functions are written for. */
enum Form {
    ARROW,
    PANDAS;

    /** As children, results and the functions' names have it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
