package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The floor for a socket: blocking NIO written by hand, with a thread that writes and one that reads, and a server of
 * as little. No demand, no cancel, no deadlines, no errors but a broken connection, nothing validated.
 */
final class NioContender implements Contender {

    private final Home home;
    private final BufferAllocator allocator;
    private final Queue<NioConnection> idle = new ConcurrentLinkedQueue<>();
    private final ExecutorService writers = Threads.pool("nio-writer");

    NioContender(Home home, BufferAllocator allocator) {
        this.home = home;
        this.allocator = allocator;
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean takes(Scenario scenario, Form form) {
        return scenario.mode() != Scenario.Mode.CONNECT;
    }

    @Override
    public Evaluator evaluator(Scenario scenario, Form form, Input input) {
        return new NioEvaluator(scenario, form, input);
    }

    private NioConnection acquire() throws IOException {
        NioConnection connection = idle.poll();
        return connection == null ? new NioConnection(home, allocator) : connection;
    }

    @Override
    public void close() throws IOException {
        writers.shutdown();
        for (NioConnection connection : idle) {
            connection.close();
        }
    }

    private final class NioEvaluator implements Evaluator {

        private final Workload workload;
        private final Input input;
        private final Executor writing;
        private final byte[] setup;

        NioEvaluator(Scenario scenario, Form form, Input input) {
            this.workload = scenario.workload();
            this.input = input;
            this.writing = Threads.forWriting(scenario, writers);
            this.setup = NioConnection.setup(
                    workload, form, input.read().iterator().next().getSchema());
        }

        @Override
        public Run stream() throws Exception {
            NioConnection connection = acquire();
            Checksum checksum = new Checksum();
            long start = System.nanoTime();
            FutureTask<Void> written = new FutureTask<>(() -> {
                connection.open(setup);
                for (VectorSchemaRoot batch : input.read()) {
                    connection.write(batch);
                }
                connection.end();
                return null;
            });
            writing.execute(written);
            try (VectorSchemaRoot results = connection.results(workload)) {
                while (connection.read(results)) {
                    checksum.add(results.getFieldVectors(), results.getRowCount());
                }
                Run run = checksum.run(start);
                written.get();
                idle.add(connection);
                return run;
            }
        }

        @Override
        public Calls open() throws IOException {
            NioConnection connection = acquire();
            connection.open(setup);
            return new OpenConnection(connection, connection.results(workload));
        }

        @Override
        public void close() {}

        private final class OpenConnection implements Calls {

            private final NioConnection connection;
            private final VectorSchemaRoot results;

            OpenConnection(NioConnection connection, VectorSchemaRoot results) {
                this.connection = connection;
                this.results = results;
            }

            @Override
            public Run call() throws IOException {
                VectorSchemaRoot batch = input.read().iterator().next();
                Checksum checksum = new Checksum();
                long start = System.nanoTime();
                connection.write(batch);
                connection.read(results);
                checksum.add(results.getFieldVectors(), results.getRowCount());
                return checksum.run(start);
            }

            @Override
            public void close() throws IOException {
                connection.end();
                connection.read(results);
                results.close();
                idle.add(connection);
            }
        }
    }
}
