package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The circuit breaker of docs/failures.md is what is compiled and run here. */
class CircuitBreakerTest extends PythonTest {

    @Test
    void opensAfterLosses() {
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<RecordBatch> guarded = guarded(
                python(),
                Udf.of("again:always").on("x").with("how", "die"),
                Batches.ranges(allocator, 3, 1).doOnSubscribe(subscription -> subscriptions.incrementAndGet()));
        for (int i = 0; i < 3; i++) {
            Results.failure(WorkerLostException.class, guarded);
        }
        Results.failure(CallNotPermittedException.class, guarded);
        assertEquals(3, subscriptions.get());
    }

    @Test
    void snippetIsTheOneCompiledHere() throws IOException {
        String page = Files.readString(Path.of("../../docs/failures.md"));
        String source = Files.readString(Path.of("java/io/github/reactorudf/CircuitBreakerTest.java"));
        assertEquals(
                find(page, "```java\n(CircuitBreakerConfig config.*?)```"),
                find(source, " *// tag::breaker\\[\\]\n(.*?) *// end::breaker\\[\\]")
                                .stripTrailing()
                                .stripIndent()
                        + "\n");
    }

    private static Flux<RecordBatch> guarded(PythonRuntime python, Udf risk, Flux<RecordBatch> flights) {
        // tag::breaker[]
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .minimumNumberOfCalls(3)
                .recordExceptions(WorkerLostException.class, UdfTimeoutException.class)
                .build();
        CircuitBreaker breaker = CircuitBreaker.of("risk", config);
        Flux<RecordBatch> guarded =
                flights.transform(python.evaluate(risk)).transformDeferred(CircuitBreakerOperator.of(breaker));
        // end::breaker[]
        return guarded;
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
