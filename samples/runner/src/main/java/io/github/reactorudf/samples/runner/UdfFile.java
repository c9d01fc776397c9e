package io.github.reactorudf.samples.runner;

import io.github.reactorudf.Udf;
import java.nio.file.Path;

/** A function, and the file it is in. */
record UdfFile(Path file, Udf udf) {}
