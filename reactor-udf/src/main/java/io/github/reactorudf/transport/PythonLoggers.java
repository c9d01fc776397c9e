package io.github.reactorudf.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SLF4J loggers of Python's. SLF4J keeps each for as long as the JVM lives, so their names are bounded: code that
 * names a logger by what it works on would make more and more of them.
 */
final class PythonLoggers {

    static final int MOST = 1000;
    static final int LONGEST_NAME = 256;
    static final String OTHERS = "python.other";

    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

    private PythonLoggers() {}

    /** {@code python.} and the name; {@value #OTHERS} for a name that is too long, or one too many. */
    static Logger of(String name) {
        boolean known = NAMES.contains(name);
        if (!known && (name.length() > LONGEST_NAME || NAMES.size() >= MOST)) {
            return LoggerFactory.getLogger(OTHERS);
        }
        if (!known) {
            NAMES.add(name);
        }
        return LoggerFactory.getLogger("python." + name);
    }
}
