package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {
    private final List<String> closed = new ArrayList<>();
    private final Closer closer = new Closer();

    @Test
    void whatWasOpenedLastIsClosedFirst() throws IOException {
        closer.add(() -> closed.add("folder"));
        closer.add(() -> closed.add("ledger"));
        closer.close();
        closer.close();
        assertThat(closed).containsExactly("ledger", "folder");
    }

    @Test
    void oneThatFailsKeepsNoOtherOpen() {
        closer.add(() -> closed.add("folder"));
        closer.add(failing("ledger", new IllegalStateException("ledger")));
        closer.add(failing("reports", new IOException("reports")));
        Throwable failure = catchThrowable(closer::close);
        assertThat(closed).containsExactly("reports", "ledger", "folder");
        assertThat(failure).isInstanceOf(IOException.class).hasMessage("reports");
        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void afterAFailureThatOneIsToldAndTheOthersBehindIt() {
        closer.add(failing("folder", new IOException("folder")));
        Exception first = new IOException("no such port");
        closer.closeAfter(first);
        assertThat(first.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other).hasMessage("folder"));
    }

    private Closeable failing(String name, Exception failure) {
        return () -> {
            closed.add(name);
            if (failure instanceof IOException disk) {
                throw disk;
            }
            throw (RuntimeException) failure;
        };
    }
}
