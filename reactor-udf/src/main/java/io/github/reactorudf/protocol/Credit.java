package io.github.reactorudf.protocol;

/** An amount of demand: record batches, and bytes of payload metadata and body (rule D2). */
public record Credit(long batches, long bytes) {}
