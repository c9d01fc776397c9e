package io.github.reactorudf;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Fields of every type that Arrow Java has vectors of, and of types within types. */
final class RandomFields {

    static final Map<MinorType, Arbitrary<Field>> BY_TYPE = new EnumMap<>(MinorType.class);

    private static final List<MinorType> LEAVES = new ArrayList<>();

    static {
        leaf(MinorType.NULL, ArrowType.Null.INSTANCE);
        leaf(MinorType.BIT, ArrowType.Bool.INSTANCE);
        leaf(MinorType.TINYINT, new ArrowType.Int(8, true));
        leaf(MinorType.SMALLINT, new ArrowType.Int(16, true));
        leaf(MinorType.INT, new ArrowType.Int(32, true));
        leaf(MinorType.BIGINT, new ArrowType.Int(64, true));
        leaf(MinorType.UINT1, new ArrowType.Int(8, false));
        leaf(MinorType.UINT2, new ArrowType.Int(16, false));
        leaf(MinorType.UINT4, new ArrowType.Int(32, false));
        leaf(MinorType.UINT8, new ArrowType.Int(64, false));
        leaf(MinorType.FLOAT2, new ArrowType.FloatingPoint(FloatingPointPrecision.HALF));
        leaf(MinorType.FLOAT4, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        leaf(MinorType.FLOAT8, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
        leaf(MinorType.DECIMAL, new ArrowType.Decimal(38, 2, 128), new ArrowType.Decimal(3, 0, 128));
        leaf(MinorType.DECIMAL256, new ArrowType.Decimal(76, 2, 256));
        leaf(MinorType.VARCHAR, ArrowType.Utf8.INSTANCE);
        leaf(MinorType.LARGEVARCHAR, ArrowType.LargeUtf8.INSTANCE);
        leaf(MinorType.VIEWVARCHAR, ArrowType.Utf8View.INSTANCE);
        leaf(MinorType.VARBINARY, ArrowType.Binary.INSTANCE);
        leaf(MinorType.LARGEVARBINARY, ArrowType.LargeBinary.INSTANCE);
        leaf(MinorType.VIEWVARBINARY, ArrowType.BinaryView.INSTANCE);
        leaf(MinorType.FIXEDSIZEBINARY, new ArrowType.FixedSizeBinary(3), new ArrowType.FixedSizeBinary(16));
        leaf(MinorType.DATEDAY, new ArrowType.Date(DateUnit.DAY));
        leaf(MinorType.DATEMILLI, new ArrowType.Date(DateUnit.MILLISECOND));
        leaf(MinorType.TIMESEC, new ArrowType.Time(TimeUnit.SECOND, 32));
        leaf(MinorType.TIMEMILLI, new ArrowType.Time(TimeUnit.MILLISECOND, 32));
        leaf(MinorType.TIMEMICRO, new ArrowType.Time(TimeUnit.MICROSECOND, 64));
        leaf(MinorType.TIMENANO, new ArrowType.Time(TimeUnit.NANOSECOND, 64));
        leaf(MinorType.TIMESTAMPSEC, new ArrowType.Timestamp(TimeUnit.SECOND, null));
        leaf(MinorType.TIMESTAMPMILLI, new ArrowType.Timestamp(TimeUnit.MILLISECOND, null));
        leaf(MinorType.TIMESTAMPMICRO, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null));
        leaf(MinorType.TIMESTAMPNANO, new ArrowType.Timestamp(TimeUnit.NANOSECOND, null));
        leaf(MinorType.TIMESTAMPSECTZ, new ArrowType.Timestamp(TimeUnit.SECOND, "UTC"));
        leaf(MinorType.TIMESTAMPMILLITZ, new ArrowType.Timestamp(TimeUnit.MILLISECOND, "Asia/Kathmandu"));
        leaf(MinorType.TIMESTAMPMICROTZ, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "+05:45"));
        leaf(MinorType.TIMESTAMPNANOTZ, new ArrowType.Timestamp(TimeUnit.NANOSECOND, "America/New_York"));
        leaf(MinorType.DURATION, new ArrowType.Duration(TimeUnit.SECOND), new ArrowType.Duration(TimeUnit.NANOSECOND));
        leaf(MinorType.INTERVALYEAR, new ArrowType.Interval(IntervalUnit.YEAR_MONTH));
        leaf(MinorType.INTERVALDAY, new ArrowType.Interval(IntervalUnit.DAY_TIME));
        leaf(MinorType.INTERVALMONTHDAYNANO, new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO));
        leaf(MinorType.EXTENSIONTYPE, UuidType.INSTANCE);
        Arbitrary<Field> any = Arbitraries.of(LEAVES).flatMap(BY_TYPE::get);
        nested(any);
        // pyarrow can't make values of runs that are lists, or runs, themselves.
        runs(any);
        List<MinorType> all = List.copyOf(BY_TYPE.keySet());
        nested(Arbitraries.frequencyOf(
                Tuple.of(3, any), Tuple.of(1, Arbitraries.of(all).flatMap(Map.copyOf(BY_TYPE)::get))));
    }

    private RandomFields() {}

    private static void leaf(MinorType minor, ArrowType... types) {
        LEAVES.add(minor);
        BY_TYPE.put(minor, Arbitraries.of(types).map(type -> Field.nullable("f", type)));
    }

    private static void nested(Arbitrary<Field> inner) {
        one(MinorType.LIST, ArrowType.List.INSTANCE, inner);
        one(MinorType.LARGELIST, ArrowType.LargeList.INSTANCE, inner);
        // Arrow Java fails to make vectors of such lists of unions.
        Arbitrary<Field> noUnion = inner.filter(item -> !(item.getType() instanceof ArrowType.Union));
        one(MinorType.FIXED_SIZE_LIST, new ArrowType.FixedSizeList(2), noUnion);
        one(MinorType.LISTVIEW, ArrowType.ListView.INSTANCE, inner);
        one(MinorType.LARGELISTVIEW, ArrowType.LargeListView.INSTANCE, inner);
        Arbitrary<List<Field>> some = inner.list().ofMinSize(1).ofMaxSize(3).map(RandomFields::named);
        BY_TYPE.put(MinorType.STRUCT, some.map(children -> field(ArrowType.Struct.INSTANCE, children)));
        BY_TYPE.put(
                MinorType.DENSEUNION,
                some.map(children -> field(new ArrowType.Union(UnionMode.Dense, ids(children)), children)));
        BY_TYPE.put(
                MinorType.UNION,
                some.map(children -> field(new ArrowType.Union(UnionMode.Sparse, ids(children)), children)));
        BY_TYPE.put(
                MinorType.MAP,
                inner.map(item -> field(
                        new ArrowType.Map(false),
                        List.of(new Field(
                                "entries",
                                FieldType.notNullable(ArrowType.Struct.INSTANCE),
                                List.of(
                                        new Field("key", FieldType.notNullable(ArrowType.Utf8.INSTANCE), null),
                                        renamed(item, "value")))))));
    }

    private static void runs(Arbitrary<Field> inner) {
        BY_TYPE.put(
                MinorType.RUNENDENCODED,
                Arbitraries.of(16, 32, 64)
                        .flatMap(bits -> inner.map(value -> field(
                                ArrowType.RunEndEncoded.INSTANCE,
                                List.of(
                                        new Field(
                                                "run_ends", FieldType.notNullable(new ArrowType.Int(bits, true)), null),
                                        renamed(value, "values"))))));
    }

    private static void one(MinorType minor, ArrowType type, Arbitrary<Field> inner) {
        BY_TYPE.put(minor, inner.map(item -> field(type, List.of(renamed(item, "item")))));
    }

    private static int[] ids(List<Field> children) {
        return IntStream.range(0, children.size()).toArray();
    }

    private static List<Field> named(List<Field> fields) {
        return IntStream.range(0, fields.size())
                .mapToObj(i -> renamed(fields.get(i), "f" + i))
                .toList();
    }

    static Field renamed(Field field, String name) {
        return new Field(name, field.getFieldType(), field.getChildren());
    }

    private static Field field(ArrowType type, List<Field> children) {
        return new Field("f", FieldType.nullable(type), children);
    }
}
