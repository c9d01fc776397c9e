package io.github.reactorudf.transport;

import io.github.reactorudf.protocol.ErrorFrame;

/** The worker answered PREPARE with an ERROR; carries the frame to where it becomes a public exception. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorFrame error;

    RefusedException(ErrorFrame error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public ErrorFrame error() {
        return error;
    }
}
