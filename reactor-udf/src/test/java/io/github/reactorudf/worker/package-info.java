@NullMarked
package io.github.reactorudf.worker;

import org.jspecify.annotations.NullMarked;
