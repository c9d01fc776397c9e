package io.github.reactorudf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.util.context.ContextView;

/**
 * What of a Reactor Context crosses to Python: the keys that the runtime was told, and no other, since a context can
 * hold secrets.
 */
record PassedContext(List<String> keys) {

    private static final int MAX_CHARACTERS = 64 << 10;

    /** @throws UdfException if there is too much of it */
    Map<String, String> of(ContextView context) {
        Map<String, String> passed = new LinkedHashMap<>();
        int characters = 0;
        for (String key : keys) {
            if (context.hasKey(key)) {
                String value = context.get(key).toString();
                characters += key.length() + value.length();
                if (characters > MAX_CHARACTERS) {
                    throw new UdfException("the Reactor Context holds too much for Python: with \"" + key
                            + "\" there are " + characters + " characters under the runtime's contextKeys; at most "
                            + MAX_CHARACTERS + " are passed on");
                }
                passed.put(key, value);
            }
        }
        return passed;
    }
}
