package io.github.reactorudf.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The stacks of workers that were asked for and not yet told; whoever asks meanwhile shares the answer. */
@SuppressWarnings("FutureReturnValueIgnored") // Callbacks, which do not fail.
final class StackDumps {

    /** The supervisor answers within 500 ms. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final IntConsumer ask;
    private final Map<Integer, CompletableFuture<String>> asked = new HashMap<>();

    private boolean lost;

    /** @param ask sends the question for a worker's stack; must not block */
    StackDumps(IntConsumer ask) {
        this.ask = ask;
    }

    /** The stack of a worker, asked for when it is subscribed to. Never an error: empty if it is not told in time. */
    Mono<String> of(int pid) {
        return Mono.fromFuture(() -> await(pid), true);
    }

    private CompletableFuture<String> await(int pid) {
        CompletableFuture<String> answer;
        synchronized (this) {
            CompletableFuture<String> waiting = asked.get(pid);
            if (lost || waiting != null) {
                return waiting == null ? CompletableFuture.completedFuture("") : waiting;
            }
            answer = new CompletableFuture<>();
            asked.put(pid, answer);
        }
        answer.whenComplete((stack, error) -> forget(pid, answer));
        answer.completeOnTimeout("", TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        ask.accept(pid);
        return answer;
    }

    private synchronized void forget(int pid, CompletableFuture<String> answer) {
        asked.remove(pid, answer);
    }

    /** The answer for a worker; dropped if nobody waits for it any more. */
    void told(int pid, String stack) {
        CompletableFuture<String> waiting;
        synchronized (this) {
            waiting = asked.get(pid);
        }
        complete(waiting, stack);
    }

    /** No answer comes any more. */
    void lost() {
        List<CompletableFuture<String>> waiting;
        synchronized (this) {
            lost = true;
            waiting = List.copyOf(asked.values());
        }
        waiting.forEach(answer -> complete(answer, ""));
    }

    private static void complete(@Nullable CompletableFuture<String> answer, String stack) {
        if (answer != null) {
            answer.complete(stack);
        }
    }
}
