package io.github.reactorudf;

/** Where workers live, and how many there are at most. Immutable. */
public final class Workers {

    private final int count;
    private final boolean tcp;

    private Workers(int count, boolean tcp) {
        this.count = count;
        this.tcp = tcp;
    }

    /**
     * Processes on this machine, started when they are first needed, reached through a Unix domain socket.
     *
     * @param count how many evaluations can run at once, each in a process of its own; further ones wait in the order
     *     of subscription
     */
    public static Workers local(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " workers; there must be at least 1");
        }
        return new Workers(count, false);
    }

    /** The same, reached through TCP on the loopback interface, for systems without Unix domain sockets. */
    public Workers overTcp() {
        return new Workers(count, true);
    }

    int count() {
        return count;
    }

    boolean tcp() {
        return tcp;
    }
}
