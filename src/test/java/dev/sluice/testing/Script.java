package dev.sluice.testing;

import java.io.IOException;

/** How the scripted provider behaves for one request. */
@FunctionalInterface
public interface Script {
    void play(Visit visit) throws IOException, InterruptedException;
}
