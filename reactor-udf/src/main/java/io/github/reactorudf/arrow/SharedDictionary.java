package io.github.reactorudf.arrow;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * The values of a dictionary, owned by the batches that need them. Under one id it is always the same
 * {@link Dictionary} object, by which an encoder knows that it was sent.
 */
public final class SharedDictionary extends SharedVector {
    private final Map<Long, Dictionary> byId = new ConcurrentHashMap<>();

    /** Takes ownership of {@code values}. */
    public SharedDictionary(FieldVector values) {
        super(values);
    }

    /** Takes ownership of the dictionary's vector, and keeps the object for its id. */
    public SharedDictionary(Dictionary dictionary) {
        super(dictionary.getVector());
        byId.put(dictionary.getEncoding().getId(), dictionary);
    }

    /** The dictionary under the id of {@code encoding}. */
    public Dictionary as(DictionaryEncoding encoding) {
        return byId.computeIfAbsent(encoding.getId(), id -> new Dictionary(vector(), encoding));
    }
}
