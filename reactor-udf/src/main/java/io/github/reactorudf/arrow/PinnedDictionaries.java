package io.github.reactorudf.arrow;

import io.github.reactorudf.UdfException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/**
 * The first dictionary of each id, for Arrow files, which hold one for all batches. Another with the same values is as
 * good as the first; one with other values is refused.
 *
 * <p><b>Ownership:</b> it owns a count of each until {@link #close()}.
 */
final class PinnedDictionaries implements AutoCloseable {
    private final Map<Long, SharedDictionary> owned = new HashMap<>();
    private final Map<Long, Dictionary> first = new HashMap<>();

    /** What an encoder is to use for a batch. */
    DictionaryProvider over(DictionaryProvider batch, Map<Long, SharedDictionary> shared) {
        return new DictionaryProvider() {
            @Override
            public @Nullable Dictionary lookup(long id) {
                Dictionary dictionary = batch.lookup(id);
                return dictionary == null ? null : pinned(id, dictionary, shared.get(id));
            }

            @Override
            public Set<Long> getDictionaryIds() {
                return batch.getDictionaryIds();
            }
        };
    }

    private Dictionary pinned(long id, Dictionary dictionary, @Nullable SharedDictionary shared) {
        Dictionary pinned = first.get(id);
        if (pinned == null) {
            if (shared != null) {
                shared.retain();
                owned.put(id, shared);
            }
            first.put(id, dictionary);
            return dictionary;
        }
        if (!VectorEqualsVisitor.vectorEquals(pinned.getVector(), dictionary.getVector())) {
            throw new UdfException(
                    "Dictionary " + id + " changed its values; an Arrow file holds one dictionary for all"
                            + " batches. Write a stream, or decode the column.");
        }
        return pinned;
    }

    @Override
    public void close() {
        owned.values().forEach(SharedVector::release);
        owned.clear();
        first.clear();
    }
}
