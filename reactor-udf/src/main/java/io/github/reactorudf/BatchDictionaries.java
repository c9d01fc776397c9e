package io.github.reactorudf;

import io.github.reactorudf.arrow.SharedDictionary;
import io.github.reactorudf.arrow.SharedVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The dictionaries that a batch owns a count of: those of its columns, and those within other dictionaries' values. */
final class BatchDictionaries implements DictionaryProvider {
    private final Map<Long, SharedDictionary> owned;
    private final Map<Long, Dictionary> byId = new HashMap<>();

    /**
     * Takes over the counts of {@code owned}, unless it throws.
     *
     * @throws IllegalArgumentException if a field's dictionary is not among them
     */
    BatchDictionaries(List<Field> fields, Map<Long, SharedDictionary> owned) {
        this.owned = owned;
        fields.forEach(this::add);
    }

    private void add(Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding == null) {
            field.getChildren().forEach(this::add);
            return;
        }
        SharedDictionary dictionary = owned.get(encoding.getId());
        if (dictionary == null) {
            throw new IllegalArgumentException("Column " + field.getName() + " is encoded by dictionary "
                    + encoding.getId() + ", which was not given");
        }
        byId.put(encoding.getId(), dictionary.as(encoding));
        dictionary.vector().getField().getChildren().forEach(this::add);
    }

    /** Those that {@code fields} need, with a count of their own. */
    BatchDictionaries retainedFor(List<Field> fields) {
        Map<Long, SharedDictionary> retained = new HashMap<>(owned);
        retained.keySet().retainAll(new BatchDictionaries(fields, owned).byId.keySet());
        retained.values().forEach(SharedVector::retain);
        return new BatchDictionaries(fields, retained);
    }

    Map<Long, SharedDictionary> shared() {
        return owned;
    }

    void release() {
        owned.values().forEach(SharedVector::release);
    }

    @Override
    public @Nullable Dictionary lookup(long id) {
        return byId.get(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        return Set.copyOf(byId.keySet());
    }
}
