package dev.sluice.store.redis;

import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Pool;
import dev.sluice.ledger.budget.PoolReport;
import dev.sluice.ledger.budget.PoolUnreachableException;
import dev.sluice.ledger.budget.Share;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The pool in a Redis (6.2 or later) or Valkey server. What is written there is a copy of what the gateways know: each
 * tells its own again where the server has lost it.
 *
 * <p>An exchange is one script, so one step. A connection that fails is given up, and the next exchange makes another:
 * nothing is sent a second time behind our back.
 */
public final class RedisPool implements Pool {
    private static final String SCRIPT = script();

    /** So long nothing is leased by a server that may have forgotten leases: each gateway asks several times in it. */
    private static final Duration OPENING = Duration.ofSeconds(3);

    private static final BigInteger MOST = BigInteger.valueOf(Limit.MOST);

    private static final int FOR_EACH = 11;

    private final RedisLink link;
    private final String prefix;
    private final String gateway;
    private final String instance = UUID.randomUUID().toString();
    private boolean first = true;
    private long number;

    /**
     * @param name begins all keys, so that several installations can use one server
     * @param gateway this gateway's own name, the same at every start
     * @param patience how long one answer may take
     */
    public RedisPool(RedisAddress address, String name, String gateway, Duration patience) {
        this.link = new RedisLink(address, patience);
        this.prefix = "{" + name + "}:";
        this.gateway = gateway;
    }

    /**
     * Whether the server is there, lets us in and runs scripts.
     *
     * @throws PoolUnreachableException where not, with a sentence for the operator
     */
    public static void check(RedisAddress address, Duration patience) throws PoolUnreachableException {
        try (RedisLink link = new RedisLink(address, patience)) {
            link.commands().eval("return 1", ScriptOutputType.INTEGER);
        } catch (RedisException failed) {
            throw new PoolUnreachableException(RedisLink.why(failed));
        }
    }

    @Override
    public Answer exchange(List<PoolReport> reports) throws PoolUnreachableException {
        number++;
        try {
            // The run that is told must be that of the connection on which it is told.
            RedisCommands<String, String> commands = link.commands();
            List<Object> reply = ask(commands, keys(reports), arguments(reports));
            return switch (text(reply.getFirst())) {
                case "ok" -> {
                    first = false;
                    yield answer(reply);
                }
                case "taken" ->
                    throw PoolUnreachableException.expelled("another gateway goes by the name '" + gateway
                            + "': each needs a data folder of its own, or a name under shared.gateway");
                default -> throw new PoolUnreachableException("an exchange was overtaken by a later one");
            };
        } catch (RedisException failed) {
            link.drop();
            throw new PoolUnreachableException(RedisLink.why(failed));
        }
    }

    private static List<Object> ask(RedisCommands<String, String> commands, String[] keys, String[] arguments) {
        try {
            return commands.evalsha(commands.digest(SCRIPT), ScriptOutputType.MULTI, keys, arguments);
        } catch (RedisNoScriptException _) {
            return commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments);
        }
    }

    private String[] keys(List<PoolReport> reports) {
        List<String> keys = new ArrayList<>(4 + reports.size());
        keys.add(prefix + "pool");
        keys.add(prefix + "opening");
        keys.add(prefix + "wanted");
        keys.add(prefix + "gateways");
        reports.forEach(report -> keys.add(prefix + "account:" + report.key()));
        return keys.toArray(String[]::new);
    }

    private String[] arguments(List<PoolReport> reports) {
        List<String> all = new ArrayList<>(7 + FOR_EACH * reports.size());
        all.add(gateway);
        all.add(instance);
        all.add(flag(first));
        all.add(Long.toString(number));
        all.add(link.run());
        all.add(UUID.randomUUID().toString());
        all.add(Long.toString(OPENING.toMillis()));
        for (PoolReport report : reports) {
            all.add(report.key());
            all.add(flag(report.hard()));
            all.add(Long.toString(report.amount()));
            all.add(Long.toString(report.keep()));
            all.add(Long.toString(report.need()));
            all.add(Long.toString(report.used()));
            all.add(Long.toString(report.want()));
            all.add(Long.toString(report.least()));
            all.add(flag(report.cushion()));
            all.add(millis(report.kept()));
            all.add(millis(report.heard()));
        }
        return all.toArray(String[]::new);
    }

    private static String flag(boolean on) {
        return on ? "1" : "0";
    }

    /** 0 for ever. */
    private static String millis(Optional<Duration> span) {
        return Long.toString(span.map(Duration::toMillis).orElse(0L));
    }

    private static Answer answer(List<Object> reply) {
        List<?> numbers = list(reply.get(4));
        List<Share> shares = new ArrayList<>(numbers.size() / 4);
        for (int i = 0; i < numbers.size(); i += 4) {
            shares.add(new Share(
                    number(numbers.get(i)),
                    number(numbers.get(i + 1)),
                    number(numbers.get(i + 2)),
                    number(numbers.get(i + 3))));
        }
        List<String> wanted = list(reply.get(3)).stream().map(RedisPool::text).toList();
        return new Answer(shares, wanted, text(reply.get(1)), text(reply.get(2)).equals("1"));
    }

    private static List<?> list(Object part) {
        return part instanceof List<?> parts ? parts : List.of();
    }

    private static String text(Object part) {
        return Objects.toString(part, "");
    }

    /** Sums over many gateways of what is not bounded may be beyond all amounts. */
    private static long number(Object part) {
        return new BigInteger(text(part)).min(MOST).longValueExact();
    }

    @Override
    public String place() {
        return link.place();
    }

    @Override
    public void close() {
        link.close();
    }

    private static String script() {
        try (InputStream in = Optional.ofNullable(RedisPool.class.getResourceAsStream("exchange.lua"))
                .orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
