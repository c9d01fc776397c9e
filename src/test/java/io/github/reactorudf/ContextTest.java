package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** F8: the Reactor Context reaches upstream on its thread, and Python where the runtime was told to pass it on. */
class ContextTest extends PythonTest {

    private static final Udf VISIBLE = Udf.of("contexts:visible").on("x").as("context");

    @Test
    void theKeysThatAreNamedReachPythonForOneEvaluation() {
        PythonRuntime python = python(builder().contextKeys("tenant", "trace", PythonRuntime.DEADLINE));
        Instant deadline = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);
        Context context = Context.of("tenant", "ü", "secret", "s3cret", PythonRuntime.DEADLINE, deadline);
        assertEquals(
                List.of("{\"" + PythonRuntime.DEADLINE + "\": \"" + deadline + "\", \"tenant\": \"\\u00fc\"}"),
                visible(python, context));
        assertEquals(List.of("{\"trace\": \"7\"}"), visible(python, Context.of("trace", 7)));
        assertEquals(List.of("{}"), visible(python, Context.empty()));
    }

    @Test
    void nothingIsPassedOnUnlessToldTo() {
        assertEquals(List.of("{}"), visible(python(), Context.of("tenant", "alice")));
    }

    @Test
    void tooMuchOfItIsRefused() {
        PythonRuntime python = python(builder().contextKeys("tenant"));
        UdfException refused = Results.failure(
                UdfException.class, evaluated(python).contextWrite(Context.of("tenant", "x".repeat(70_000))));
        Results.assertSays(refused, "tenant", "70006", "65536");
        assertEquals(List.of("{}"), visible(python, Context.empty()));
    }

    @Test
    void upstreamSeesAllOfIt() {
        Flux<RecordBatch> source = Flux.deferContextual(context -> Mono.just(
                Batches.of(allocator, Map.of("tenant", List.of(context.<String>get("tenant")), "x", List.of(1L)))));
        assertEquals(
                List.of("alice"),
                Results.values(
                        source.transform(python().evaluate(VISIBLE)).contextWrite(Context.of("tenant", "alice")),
                        "tenant"));
    }

    private Flux<RecordBatch> evaluated(PythonRuntime python) {
        return Batches.ranges(allocator, 1, 1).transform(python.evaluate(VISIBLE));
    }

    private List<Object> visible(PythonRuntime python, Context context) {
        return Results.values(evaluated(python).contextWrite(context), "context");
    }
}
