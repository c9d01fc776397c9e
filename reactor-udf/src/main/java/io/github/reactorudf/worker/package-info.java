/** Processes and environments: how Python is found, started, signalled and waited for. Internal. */
@NullMarked
package io.github.reactorudf.worker;

import org.jspecify.annotations.NullMarked;
