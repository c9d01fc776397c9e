package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RowFrame;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of {@code --rows}. */
final class RowsOption implements ITypeConverter<RowFrame> {

    private static final Pattern SLIDING = Pattern.compile("([+-]?\\d{1,18}):([+-]?\\d{1,18})");

    @Override
    public RowFrame convert(String value) {
        String text = value.strip().toLowerCase(Locale.ROOT);
        if (text.equals("unbounded")) {
            return RowFrame.unbounded();
        }
        if (text.equals("growing")) {
            return RowFrame.growing();
        }
        Matcher sliding = SLIDING.matcher(text);
        if (!sliding.matches()) {
            throw new TypeConversionException("must be unbounded, growing, or FROM:TO such as -3:0, not " + value);
        }
        try {
            return RowFrame.sliding(Long.parseLong(sliding.group(1)), Long.parseLong(sliding.group(2)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
