package io.github.reactorudf.samples.runner;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Arrow types that differ in name and not in their buffers, or that Parquet stores alike: how to go from one to the
 * other.
 */
final class ArrowTypes {

    private ArrowTypes() {}

    /** {@code exported} with the declared type in its place, wherever the two have the same buffers. */
    static Field restore(Field exported, Field declared) {
        ArrowType type = sameBuffers(exported.getType(), declared.getType()) ? declared.getType() : exported.getType();
        List<Field> children = exported.getChildren();
        boolean sameShape = type.getTypeID() == declared.getType().getTypeID()
                && children.size() == declared.getChildren().size();
        List<Field> restored = new ArrayList<>();
        for (int i = 0; i < children.size(); i++) {
            restored.add(
                    sameShape ? named(children.get(i), declared.getChildren().get(i)) : children.get(i));
        }
        return with(exported, type, restored);
    }

    /** A time as an instant shown in {@code zone}; any other field as it is. */
    static Field inZone(Field field, String zone) {
        return field.getType() instanceof ArrowType.Timestamp timestamp
                ? with(field, new ArrowType.Timestamp(timestamp.getUnit(), zone), field.getChildren())
                : field;
    }

    /** The field under a type of the same buffers that DuckDB writes to Parquet without loss. */
    static Field storable(Field field) {
        // DuckDB would make it an interval of months, days and microseconds.
        ArrowType type = field.getType() instanceof ArrowType.Duration ? new ArrowType.Int(64, true) : field.getType();
        return with(
                field,
                type,
                field.getChildren().stream().map(ArrowTypes::storable).toList());
    }

    /**
     * The field under a type of the same buffers and the same order that DuckDB reads and exports without loss, where
     * there is one: of times it would lose units or zones.
     */
    static Field sortable(Field field) {
        ArrowType type =
                switch (field.getType().getTypeID()) {
                    case Timestamp, Duration -> new ArrowType.Int(64, true);
                    case Time, Date -> new ArrowType.Int(width(field), true);
                    default -> field.getType();
                };
        return with(
                field,
                type,
                field.getChildren().stream().map(ArrowTypes::sortable).toList());
    }

    /** DuckDB's schema of what was shown to it as {@link #sortable}, with the types that it was before. */
    static Schema restoreSorted(Schema exported, Schema declared) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < exported.getFields().size(); i++) {
            Field field = declared.getFields().get(i);
            Field kept = new Field(
                    field.getName(),
                    new FieldType(field.isNullable(), field.getType(), null, field.getMetadata()),
                    field.getChildren());
            Field shown = exported.getFields().get(i);
            fields.add(alike(shown, sortable(field)) ? kept : with(field, shown.getType(), shown.getChildren()));
        }
        return new Schema(fields, declared.getCustomMetadata());
    }

    private static boolean alike(Field exported, Field shown) {
        List<Field> children = exported.getChildren();
        boolean same = exported.getType().equals(shown.getType())
                && children.size() == shown.getChildren().size();
        for (int i = 0; same && i < children.size(); i++) {
            same = alike(children.get(i), shown.getChildren().get(i));
        }
        return same;
    }

    private static int width(Field field) {
        return field.getType() instanceof ArrowType.Time time
                ? time.getBitWidth()
                : ((ArrowType.Date) field.getType()).getUnit() == DateUnit.DAY ? 32 : 64;
    }

    /**
     * The field to store under {@code ARROW:schema}, so that Arrow's readers give the column the type it had before it
     * became Parquet. {@code declared} is how the input file declared the column, if it is one of the input's.
     */
    static Field stored(Field field, @Nullable Field declared) {
        if (field.getDictionary() != null) {
            return field;
        }
        if (declared != null && (declared.getDictionary() != null || isLarge(declared.getType()))) {
            return declared;
        }
        List<Field> children =
                field.getChildren().stream().map(child -> stored(child, null)).toList();
        // Arrow refuses a stored fixed-size list with nulls of no elements, which is how DuckDB writes them.
        ArrowType type = field.getType() instanceof ArrowType.FixedSizeList ? ArrowType.List.INSTANCE : field.getType();
        return with(field, type, children);
    }

    static boolean hasFloats(Field field) {
        return field.getType() instanceof ArrowType.FloatingPoint
                || field.getChildren().stream().anyMatch(ArrowTypes::hasFloats);
    }

    /** List elements and map entries are named by convention, which differs; the rest of their names are kept. */
    private static Field named(Field exported, Field declared) {
        Field restored = restore(exported, declared);
        return new Field(declared.getName(), restored.getFieldType(), restored.getChildren());
    }

    private static boolean sameBuffers(ArrowType exported, ArrowType declared) {
        if (exported instanceof ArrowType.Timestamp from && declared instanceof ArrowType.Timestamp to) {
            return from.getUnit() == to.getUnit() && (from.getTimezone() == null) == (to.getTimezone() == null);
        }
        return declared instanceof ArrowType.Duration && exported.equals(new ArrowType.Int(64, true));
    }

    private static boolean isLarge(ArrowType type) {
        return type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.LargeBinary;
    }

    private static Field with(Field field, ArrowType type, List<Field> children) {
        return new Field(field.getName(), new FieldType(field.isNullable(), type, null), children);
    }
}
