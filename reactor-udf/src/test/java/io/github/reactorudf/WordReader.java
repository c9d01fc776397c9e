package io.github.reactorudf;

import io.github.reactorudf.arrow.ArrowData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Gives a batch for each word, the word and a null, encoded by a dictionary that it loads anew for each. */
final class WordReader extends ArrowReader {
    private final List<String> words;
    private int loaded;
    private boolean closed;

    /** The word {@code !} fails. */
    WordReader(BufferAllocator allocator, String... words) {
        super(allocator);
        this.words = List.of(words);
    }

    int loaded() {
        return loaded;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (loaded == words.size()) {
            return false;
        }
        String word = words.get(loaded++);
        if (word.equals("!")) {
            throw new IOException("no word");
        }
        VarCharVector dictionary = (VarCharVector) lookup(1).getVector();
        dictionary.allocateNew();
        dictionary.setSafe(0, word.getBytes(StandardCharsets.UTF_8));
        dictionary.setValueCount(1);
        IntVector indexes = (IntVector) getVectorSchemaRoot().getVector(0);
        indexes.allocateNew(2);
        indexes.set(0, 0);
        indexes.setNull(1);
        getVectorSchemaRoot().setRowCount(2);
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        closed = true;
    }

    @Override
    protected Schema readSchema() {
        Field encoded = ArrowData.indexField("w", 1);
        return new Schema(
                List.of(new Field("w", new FieldType(true, ArrowType.Utf8.INSTANCE, encoded.getDictionary()), null)));
    }
}
