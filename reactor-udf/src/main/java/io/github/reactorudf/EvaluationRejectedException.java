package io.github.reactorudf;

/**
 * No worker was to be had: none became free within {@link Workers#pendingAcquireTimeout(java.time.Duration)}, too many
 * evaluations wait already ({@link Workers#pendingAcquireMaxCount(int)}), or evaluations with operators in between need
 * more workers at once than there may be. The message says which, and what to raise. The source was not subscribed to;
 * subscribing again, later, is safe.
 */
public final class EvaluationRejectedException extends UdfException {

    private static final long serialVersionUID = 1L;

    EvaluationRejectedException(String message) {
        super(message);
    }

    EvaluationRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
