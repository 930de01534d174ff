package dev.sluice.provider;

import dev.sluice.provider.Upstream.Break;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why no connection came about. */
final class Unopened {
    private Unopened() {}

    static Break why(Throwable failed) {
        for (Optional<Throwable> cause = Optional.of(failed);
                cause.isPresent();
                cause = cause.flatMap(outer -> Optional.ofNullable(outer.getCause()))) {
            if (cause.get() instanceof UnknownHostException) {
                return Break.NO_SUCH_HOST;
            }
            if (cause.get() instanceof SSLException) {
                return Break.NO_TRUST;
            }
        }
        return Break.NOT_REACHED;
    }
}
