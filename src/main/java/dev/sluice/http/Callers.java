package dev.sluice.http;

import dev.sluice.account.ClientKey;
import dev.sluice.http.server.Visit;
import dev.sluice.model.Caller;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.OwnHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whose a call is: the key says it, and the request itself as far as the key allows. Stateless. */
final class Callers {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_USER = 256;

    private Callers() {}

    /**
     * @param named the end user in the body, where the dialect has a field for it
     * @throws GatewayException where a label is too long or has odd characters, or the key may not name an end user
     */
    static Caller caller(Visit visit, ClientKey key, Optional<String> named) {
        ClientKey.Owner owner = key.owner();
        return new Caller(
                key.name(),
                owner.tenant(),
                owner.team(),
                endUser(visit, key, named).orElse(owner.user()),
                owner.tier(),
                label(visit, OwnHeaders.AGENT).orElse(""),
                label(visit, OwnHeaders.JOB).orElse(owner.job()),
                label(visit, OwnHeaders.RUN).orElse(""));
    }

    /**
     * The header goes before the body's field. The field is common and says nothing to a key that may not name users; who
     * sends the header means it, and must hear that it does not count.
     */
    private static Optional<String> endUser(Visit visit, ClientKey key, Optional<String> named) {
        Optional<String> header = visit.header(OwnHeaders.USER);
        if (!key.rights().endUsers()) {
            if (header.isPresent()) {
                throw wrong(
                        403, "this key may not name an end user; leave " + OwnHeaders.USER + " out", OwnHeaders.USER);
            }
            return Optional.empty();
        }
        if (header.isPresent()) {
            return checked(utf8(header.get()), OwnHeaders.USER);
        }
        return named.flatMap(user -> checked(user, "user"));
    }

    /** A header's bytes come one a character. The same name in a body, which is UTF-8, must be the same person. */
    private static String utf8(String header) {
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return header;
        }
    }

    private static Optional<String> checked(String user, String param) {
        String name = user.strip();
        if (name.codePointCount(0, name.length()) > LONGEST_USER || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong(
                    400, param + " must be at most " + LONGEST_USER + " characters without control characters", param);
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private static Optional<String> label(Visit visit, String header) {
        Optional<String> value = visit.header(header);
        if (value.isPresent()
                && (value.get().length() > LONGEST_NAME || !value.get().matches("[\\w.:@/ +-]*"))) {
            throw wrong(
                    400,
                    header + " must be at most " + LONGEST_NAME + " letters of ASCII, digits, blanks or any of _.:@/+-",
                    header);
        }
        return value;
    }

    private static GatewayException wrong(int status, String words, String param) {
        return new GatewayException(new Failure.BadRequest(status, words, param, ""));
    }
}
