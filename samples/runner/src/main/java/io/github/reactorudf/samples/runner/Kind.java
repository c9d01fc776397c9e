package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RowFrame;
import io.github.reactorudf.Udf;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The kinds of functions, and what goes with each. */
enum Kind {
    SCALAR(Groups.NEVER),
    SCALAR_ITERATOR(Groups.NEVER),
    SCALAR_ASYNC(Groups.NEVER),
    ROWS(Groups.NEVER),
    MAP(Groups.NEVER),
    TABLE(Groups.MAY),
    GROUPED_MAP(Groups.MUST),
    GROUPED_AGGREGATE(Groups.MAY),
    WINDOW_AGGREGATE(Groups.MAY),
    COGROUPED_MAP(Groups.MUST);

    /** Whether a kind goes with {@code --group-by}. */
    enum Groups {
        NEVER,
        MAY,
        MUST
    }

    private final Groups groups;

    Kind(Groups groups) {
        this.groups = groups;
    }

    Groups groups() {
        return groups;
    }

    /** A function said to be of this kind; {@code rows} is there for a window aggregate. */
    Udf udf(String function, @Nullable RowFrame rows) {
        return switch (this) {
            case SCALAR -> Udf.scalar(function);
            case SCALAR_ITERATOR -> Udf.scalarIterator(function);
            case SCALAR_ASYNC -> Udf.scalarAsync(function);
            case ROWS -> Udf.rows(function);
            case MAP -> Udf.map(function);
            case TABLE -> Udf.table(function);
            case GROUPED_MAP -> Udf.groupedMap(function);
            case GROUPED_AGGREGATE -> Udf.groupedAggregate(function);
            case WINDOW_AGGREGATE -> Udf.windowAggregate(function, Objects.requireNonNull(rows));
            case COGROUPED_MAP -> Udf.cogroupedMap(function);
        };
    }

    /** The kinds that go with {@code --group-by}. */
    static String grouped() {
        return Arrays.stream(values())
                .filter(kind -> kind.groups != Groups.NEVER)
                .map(Kind::toString)
                .collect(Collectors.joining(", "));
    }

    /** {@code kind}, which {@code option} is of, if no other one is stated. */
    static Kind implied(Kind kind, String option, @Nullable Kind stated) {
        UsageException.check(stated == null || stated == kind, option + " goes with " + kind + ", not with " + stated);
        return kind;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String names() {
        return Arrays.stream(values()).map(Kind::toString).collect(Collectors.joining(", "));
    }

    /** Any case, with {@code -} or {@code _}; also as {@code runner describe} writes it, with the form and library. */
    static final class Converter implements ITypeConverter<Kind> {

        private static final Pattern LIBRARY = Pattern.compile("_(PANDAS|ARROW|POLARS|PYTHON)$");

        @Override
        public Kind convert(String value) {
            String name = value.strip().toUpperCase(Locale.ROOT).replace('-', '_');
            String kindAndForm = LIBRARY.matcher(name).replaceFirst("");
            return Arrays.stream(values())
                    .filter(kind -> kindAndForm.equals(kind.name())
                            || (kind.groups != Groups.NEVER && kindAndForm.equals(kind.name() + "_ITERATOR")))
                    .findFirst()
                    .orElseThrow(
                            () -> new TypeConversionException("there is no kind " + value + "; there are " + names()));
        }
    }

    /** For {@code --help}. */
    static final class Names implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(Kind::toString).iterator();
        }
    }
}
