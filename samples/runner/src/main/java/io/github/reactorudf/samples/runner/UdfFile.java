package io.github.reactorudf.samples.runner;

import io.github.reactorudf.Udf;
import java.nio.file.Path;

/** A function, and the directory of the file that it is in. */
record UdfFile(Path directory, Udf udf) {}
