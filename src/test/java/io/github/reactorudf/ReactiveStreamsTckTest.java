package io.github.reactorudf;

import static org.testng.Assert.assertEquals;

import io.github.reactorudf.arrow.ArrowMemory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.memory.BufferAllocator;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.IMethodInstance;
import org.testng.IMethodInterceptor;
import org.testng.ITestContext;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Listeners;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * The Reactive Streams TCK on the publisher that {@code evaluate} returns, without an operator of Reactor's in between,
 * on real workers. It is TestNG's, which runs beside JUnit.
 */
@Listeners(ReactiveStreamsTckTest.Applicable.class)
public class ReactiveStreamsTckTest extends PublisherVerification<RecordBatch> {

    private static final int WORKERS = 4;
    private static final TestEnvironment ENVIRONMENT = new TestEnvironment(5_000, 100, 100);

    private final Queue<Subscription> subscriptions = new ConcurrentLinkedQueue<>();
    private final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private PythonRuntime python;

    public ReactiveStreamsTckTest() {
        super(ENVIRONMENT);
    }

    /** Leaves out what the TCK states but does not verify, and what it verifies of multicasting publishers only. */
    public static final class Applicable implements IMethodInterceptor {

        @Override
        public List<IMethodInstance> intercept(List<IMethodInstance> methods, ITestContext context) {
            return methods.stream()
                    .filter(method -> applies(method.getMethod().getMethodName()))
                    .toList();
        }

        private static boolean applies(String name) {
            return !name.startsWith("untested_") && !name.startsWith("optional_spec111_multicast_");
        }
    }

    @BeforeClass
    void start() {
        python = PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(PythonTest.VENV))
                .modules(PythonTest.MODULES)
                .workers(WORKERS)
                .allocator(allocator)
                .build();
        // The TCK's limits are not for the start of Python.
        python.warmUp().block(Results.LIMIT);
    }

    /** The TCK does not end all that it began. */
    @AfterMethod
    void cancelWhatIsLeft() {
        subscriptions.forEach(Subscription::cancel);
        subscriptions.clear();
        assertEquals(String.join("", EventLoopBlocks.take()), "");
    }

    @AfterClass(alwaysRun = true)
    void nothingIsLeft() {
        python.close();
        assertEquals(allocator.getAllocatedMemory(), 0, allocator.toVerboseString());
        allocator.close();
    }

    @Override
    public Publisher<RecordBatch> createPublisher(long elements) {
        int batches = (int) Math.min(elements, Integer.MAX_VALUE);
        return evaluated(Batches.ranges(allocator, batches, 1));
    }

    @Override
    public Publisher<RecordBatch> createFailedPublisher() {
        return evaluated(Flux.error(new IllegalStateException("no database")));
    }

    /** What is verified. */
    BatchTransform transform(BatchTransform evaluation) {
        return evaluation;
    }

    private Publisher<RecordBatch> evaluated(Flux<RecordBatch> source) {
        Flux<RecordBatch> evaluated = source.transform(
                transform(python.evaluate(Udf.of("reference:double").on("x").as("y"))));
        return subscriber -> {
            if (subscriber == null) {
                evaluated.subscribe((Subscriber<RecordBatch>) null);
            } else {
                evaluated.subscribe(new Closing(subscriber));
            }
        };
    }

    /** Passes each signal as it comes; being a {@code CoreSubscriber}, it gets them without Reactor's own checks. */
    private final class Closing implements CoreSubscriber<RecordBatch> {

        private final Subscriber<? super RecordBatch> actual;

        Closing(Subscriber<? super RecordBatch> actual) {
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(new Tracked(subscription));
        }

        @Override
        public void onNext(RecordBatch batch) {
            batch.close();
            actual.onNext(batch);
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }
    }

    /** Is forgotten once it is cancelled: rule 3.13 wants the subscriber to be garbage then. */
    private final class Tracked implements Subscription {

        private final Subscription actual;

        Tracked(Subscription actual) {
            this.actual = actual;
            subscriptions.add(this);
        }

        @Override
        public void request(long n) {
            actual.request(n);
        }

        @Override
        public void cancel() {
            subscriptions.remove(this);
            actual.cancel();
        }
    }
}
