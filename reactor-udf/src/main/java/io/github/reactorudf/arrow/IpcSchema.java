package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema in its two formats. In the <em>message format</em> (streams, files, the wire) a dictionary-encoded field has
 * the type of its values; in the <em>memory format</em> (vectors) it has the type of its indexes, and the values' type
 * is known only from the dictionary. Without dictionaries the two are the same.
 */
public final class IpcSchema {
    private static final int MAX_DEPTH = 64;
    private static final int MIN_FIELD_BYTES = 8;
    private static final int MAX_UNION_TYPES = 128;

    private IpcSchema() {}

    /** The encapsulated schema message of a schema in message format. */
    public static byte[] write(Schema messageFormat) {
        return Encapsulation.wrap(MessageSerializer.serializeMetadata(messageFormat, IpcOption.DEFAULT));
    }

    /** The messages of several schemas, one behind the other. */
    public static byte[] write(List<Schema> messageFormats) {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        messageFormats.forEach(schema -> messages.writeBytes(write(schema)));
        return messages.toByteArray();
    }

    /**
     * The schema, in message format, of an encapsulated schema message.
     *
     * @throws ProtocolException if it is malformed
     */
    public static Schema read(ByteBuffer encapsulated) {
        try {
            var header = new org.apache.arrow.flatbuf.Schema();
            if (Encapsulation.unwrap(encapsulated, MessageHeader.Schema).header(header) == null) {
                throw new ProtocolException("A schema message without a schema");
            }
            return convert(header, encapsulated.remaining());
        } catch (ProtocolException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ProtocolException("A malformed schema message: " + e, e);
        }
    }

    static Schema convert(org.apache.arrow.flatbuf.Schema flatbuffer, int bytes) {
        if (flatbuffer.endianness() != Endianness.Little) {
            throw new ProtocolException("A big-endian schema; little-endian data is what can be read");
        }
        // Offsets in a flatbuffer may share and even contain one another: bounded here, before Arrow recurses.
        int budget = bytes / MIN_FIELD_BYTES;
        for (int i = 0; i < flatbuffer.fieldsLength(); i++) {
            budget = spend(flatbuffer.fields(i), 1, budget);
        }
        Schema schema = Schema.convertSchema(flatbuffer);
        schema.getFields().forEach(IpcSchema::requireDistinctNames);
        dictionaryValues(schema); // refuses one id for two types
        return schema;
    }

    /** Arrow's vectors of structs and unions keep the last of several children of one name. */
    private static void requireDistinctNames(Field field) {
        boolean named = field.getType() instanceof ArrowType.Struct || field.getType() instanceof ArrowType.Union;
        Set<@Nullable String> names = new HashSet<>();
        for (Field child : field.getChildren()) {
            if (named && !names.add(child.getName())) {
                throw new ProtocolException("Column " + field.getName() + " (" + field.getType()
                        + ") has two fields called " + child.getName() + "; one of a name can be read");
            }
            requireDistinctNames(child);
        }
    }

    private static int spend(org.apache.arrow.flatbuf.Field field, int depth, int budget) {
        if (depth > MAX_DEPTH || budget <= 0) {
            throw new ProtocolException(
                    "A schema nested deeper than " + MAX_DEPTH + ", or with fields within themselves");
        }
        requireFewTypes(field);
        int left = budget - 1;
        for (int i = 0; i < field.childrenLength(); i++) {
            left = spend(field.children(i), depth + 1, left);
        }
        return left;
    }

    /** Arrow allocates what a union's vector of types says its length is. */
    private static void requireFewTypes(org.apache.arrow.flatbuf.Field field) {
        if (field.typeType() == Type.Union
                && field.type(new Union()) instanceof Union union
                && union.typeIdsLength() > MAX_UNION_TYPES) {
            throw new ProtocolException("A union of " + union.typeIdsLength() + " types");
        }
    }

    /** The schema that vectors have; a schema in memory format already is returned equal. */
    public static Schema memoryFormat(Schema schema) {
        return new Schema(
                schema.getFields().stream().map(IpcSchema::memoryFormat).toList(), schema.getCustomMetadata());
    }

    static Field memoryFormat(Field field) {
        if (field.getDictionary() != null) {
            return new Field(
                    field.getName(),
                    new FieldType(
                            field.isNullable(),
                            field.getDictionary().getIndexType(),
                            field.getDictionary(),
                            field.getMetadata()),
                    null);
        }
        return withChildren(
                field, field.getChildren().stream().map(IpcSchema::memoryFormat).toList());
    }

    /**
     * The schema that the wire has.
     *
     * @param dictionaries gives the values' types; a field whose dictionary it does not have is left as it is
     */
    public static Schema messageFormat(Schema schema, DictionaryProvider dictionaries) {
        return new Schema(
                schema.getFields().stream()
                        .map(field -> messageFormat(field, dictionaries))
                        .toList(),
                schema.getCustomMetadata());
    }

    private static Field messageFormat(Field field, DictionaryProvider dictionaries) {
        if (field.getDictionary() == null) {
            return withChildren(
                    field,
                    field.getChildren().stream()
                            .map(child -> messageFormat(child, dictionaries))
                            .toList());
        }
        Dictionary dictionary = dictionaries.lookup(field.getDictionary().getId());
        if (dictionary == null) {
            return field;
        }
        Field values = dictionary.getVector().getField();
        return new Field(
                field.getName(),
                new FieldType(field.isNullable(), values.getType(), field.getDictionary(), field.getMetadata()),
                values.getChildren().stream()
                        .map(child -> messageFormat(child, dictionaries))
                        .toList());
    }

    /** For each dictionary of a schema in message format, the field (in memory format) of its values. */
    static Map<Long, Field> dictionaryValues(Schema messageFormat) {
        Map<Long, Field> values = new HashMap<>();
        addDictionaryValues(messageFormat.getFields(), values);
        return values;
    }

    private static void addDictionaryValues(List<Field> fields, Map<Long, Field> values) {
        for (Field field : fields) {
            addDictionaryValues(field.getChildren(), values);
            if (field.getDictionary() != null) {
                long id = field.getDictionary().getId();
                Field ofId = new Field(
                        "DICT" + id,
                        FieldType.nullable(field.getType()),
                        field.getChildren().stream()
                                .map(IpcSchema::memoryFormat)
                                .toList());
                Field other = values.putIfAbsent(id, ofId);
                if (other != null && !Objects.equals(other, ofId)) {
                    throw new ProtocolException("Dictionary " + id + " is used for two types: " + other.getType()
                            + " and " + ofId.getType());
                }
            }
        }
    }

    /**
     * Whether batches of the two schemas, each in either format, can be of one stream: names, types and dictionary ids
     * are the same. Nullability, metadata and the names of list items, which Arrow Java does not keep, may differ.
     */
    public static boolean sameTypes(Schema one, Schema other) {
        return one.equals(other)
                || sameTypes(memoryFormat(one).getFields(), memoryFormat(other).getFields(), true);
    }

    private static boolean sameTypes(List<Field> ones, List<Field> others, boolean named) {
        if (ones.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < ones.size(); i++) {
            Field one = ones.get(i);
            Field other = others.get(i);
            if ((named && !Objects.equals(one.getName(), other.getName()))
                    || !one.getType().equals(other.getType())
                    || !Objects.equals(one.getDictionary(), other.getDictionary())
                    || !sameTypes(one.getChildren(), other.getChildren(), one.getType() instanceof ArrowType.Struct)) {
                return false;
            }
        }
        return true;
    }

    private static Field withChildren(Field field, List<Field> children) {
        return children.isEmpty() ? field : new Field(field.getName(), field.getFieldType(), children);
    }
}
