/** The program and its verbs: {@code serve}, {@code check}, {@code report} and the others. The one door into the house. */
@NullMarked
package dev.sluice.command;

import org.jspecify.annotations.NullMarked;
