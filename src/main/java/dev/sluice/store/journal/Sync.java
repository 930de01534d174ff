package dev.sluice.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** What makes written bytes durable. A test may hand in a disk that is slow or broken. */
@FunctionalInterface
interface Sync {
    Sync DATA = channel -> channel.force(false);

    void force(FileChannel channel) throws IOException;
}
