/** One run of a job: its rows are asked, each answer is written down, and a killed run goes on where it stopped. */
@NullMarked
package dev.sluice.job.run;

import org.jspecify.annotations.NullMarked;
