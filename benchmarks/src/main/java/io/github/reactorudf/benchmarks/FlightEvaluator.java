package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** An exchange for each evaluation, written by one thread and read by another. */
final class FlightEvaluator implements Evaluator {

    private final FlightClient client;
    private final ReadySignal ready;
    private final Executor writers;
    private final BufferAllocator allocator;
    private final FlightDescriptor descriptor;
    private final Input input;

    FlightEvaluator(
            FlightClient client,
            ReadySignal ready,
            Executor writers,
            BufferAllocator allocator,
            Workload workload,
            Form form,
            Input input) {
        this.client = client;
        this.ready = ready;
        this.writers = writers;
        this.allocator = allocator;
        this.descriptor =
                FlightDescriptor.command((workload.key() + " " + form.key()).getBytes(StandardCharsets.UTF_8));
        this.input = input;
    }

    @Override
    public Run stream() throws Exception {
        Checksum checksum = new Checksum();
        long start = System.nanoTime();
        try (Exchange exchange = new Exchange()) {
            FutureTask<Void> written = new FutureTask<>(() -> {
                for (VectorSchemaRoot batch : input.read()) {
                    exchange.write(batch);
                }
                exchange.flight.getWriter().completed();
                return null;
            });
            writers.execute(written);
            while (exchange.flight.getReader().next()) {
                exchange.read(checksum);
            }
            Run run = checksum.run(start);
            written.get();
            return run;
        }
    }

    @Override
    public Calls open() {
        return new Exchange();
    }

    @Override
    public void close() {}

    private final class Exchange implements Calls {

        private final FlightClient.ExchangeReaderWriter flight = client.doExchange(descriptor);
        private final VectorSchemaRoot root =
                VectorSchemaRoot.create(input.read().iterator().next().getSchema(), allocator);
        private final VectorLoader loader = new VectorLoader(root);

        Exchange() {
            flight.getWriter().setUseZeroCopy(true);
            flight.getWriter().start(root);
        }

        /** Flight sends one root again and again: the batch's memory is put into it, without a copy. */
        void write(VectorSchemaRoot batch) throws InterruptedException {
            try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
                loader.load(record);
            }
            if (!flight.getWriter().isReady()) {
                ready.await(flight.getWriter()::isReady);
            }
            flight.getWriter().putNext();
        }

        void read(Checksum checksum) {
            VectorSchemaRoot result = flight.getReader().getRoot();
            checksum.add(result.getFieldVectors(), result.getRowCount());
        }

        @Override
        public Run call() throws Exception {
            VectorSchemaRoot batch = input.read().iterator().next();
            Checksum checksum = new Checksum();
            long start = System.nanoTime();
            write(batch);
            flight.getReader().next();
            read(checksum);
            return checksum.run(start);
        }

        @Override
        public void close() throws IOException {
            root.close();
            try {
                flight.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
