package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Abridged;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Spots;
import dev.sluice.model.Endpoint;
import dev.sluice.model.GatewayException;
import java.util.List;
import java.util.Optional;

/** Reads a large request by what is left of it without its long texts, which nobody looks at on the way through. */
final class LargeRequest {
    private LargeRequest() {}

    /** As {@link RequestScan#readWhole}, in a fraction of the time where most of the body is plain text or base64. */
    static Inbound read(Endpoint endpoint, byte[] body) {
        return Abridged.of(body)
                .flatMap(abridged -> read(endpoint, body, abridged))
                .orElseGet(() -> RequestScan.readWhole(endpoint, body));
    }

    /** Empty where it is not as it should be, or something that counts is long: the whole of it tells what is what. */
    private static Optional<Inbound> read(Endpoint endpoint, byte[] body, Abridged abridged) {
        try {
            Inbound read = RequestScan.readWhole(endpoint, abridged.bytes());
            return isWhole(read) ? Optional.of(read.of(body, inTheWhole(read.spots(), abridged))) : Optional.empty();
        } catch (GatewayException _) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(Inbound read) {
        return isShort(read.model())
                && isShort(read.endUser().orElse(""))
                && read.spots().members().orElse(List.of()).stream().allMatch(LargeRequest::isShort);
    }

    /** Nothing is missing from a text of so few characters, each of which has at least one byte. */
    private static boolean isShort(String text) {
        return text.length() < Abridged.LONG;
    }

    private static Spots inTheWhole(Spots spots, Abridged abridged) {
        return new Spots(
                spots.model().map(abridged::inTheWhole),
                spots.streamOptions().map(abridged::inTheWhole),
                spots.outputCap().map(abridged::inTheWhole),
                abridged.inTheWhole(spots.objectStart()),
                spots.members());
    }
}
