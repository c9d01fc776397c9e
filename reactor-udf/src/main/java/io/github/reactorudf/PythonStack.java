package io.github.reactorudf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stack as {@code faulthandler} writes it. */
final class PythonStack {

    private static final String CURRENT = "Current thread";
    private static final Pattern FRAME =
            Pattern.compile("^ *File \"(?:[^\"\n]*/)?([^\"\n]*)\", line (\\d+) in (.*)$", Pattern.MULTILINE);

    private PythonStack() {}

    /** The end of a sentence that says where Python is, or nothing if the stack does not tell. */
    static String innermost(String stack) {
        Matcher frame = FRAME.matcher(stack);
        return frame.find(Math.max(0, stack.indexOf(CURRENT)))
                ? ", in " + frame.group(3) + " (" + frame.group(1) + ":" + frame.group(2) + ")"
                : "";
    }
}
