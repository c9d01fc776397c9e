package io.github.reactorudf.samples.runner;

/** The command line asks for what can't be; the message says what to do. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    static void check(boolean holds, String message) {
        if (!holds) {
            throw new UsageException(message);
        }
    }
}
