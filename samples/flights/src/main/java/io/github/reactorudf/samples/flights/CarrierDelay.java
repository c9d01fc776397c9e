package io.github.reactorudf.samples.flights;

/**
 * A row of the summary.
 *
 * @param carrier the airline's name
 * @param flights how many of its flights arrived
 * @param late how many of them came late
 * @param minutes by how many minutes the late ones did, in total
 */
record CarrierDelay(String carrier, long flights, long late, long minutes) {

    CarrierDelay plus(boolean isLate, long delayMinutes) {
        return new CarrierDelay(carrier, flights + 1, late + (isLate ? 1 : 0), minutes + delayMinutes);
    }
}
