package io.github.reactorudf.samples.runner;

import io.github.reactorudf.Udf;
import java.nio.file.Path;
import java.util.List;

/** A function, and where its file looks for modules. */
record UdfFile(List<Path> directories, Udf udf) {}
