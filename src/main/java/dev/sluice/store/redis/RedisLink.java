package dev.sluice.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection to a server, made when it is first needed and again after it was dropped. Used by one thread. */
final class RedisLink implements Closeable {
    private static final Pattern RUN = Pattern.compile("(?m)^run_id:(\\S+)");

    /** What the library says of a command on a connection that is gone. */
    private static final String GONE = "Currently not connected";

    private final RedisAddress address;
    private final Duration patience;
    private Optional<Client> client = Optional.empty();
    private Optional<StatefulRedisConnection<String, String>> connection = Optional.empty();
    private String run = "";

    RedisLink(RedisAddress address, Duration patience) {
        this.address = address;
        this.patience = patience;
    }

    /** The library with its few threads: loading it takes longer than a start should. */
    private record Client(RedisClient client, ClientResources resources) {
        static Client of(RedisAddress address, Duration patience) {
            ClientResources resources = ClientResources.builder()
                    .ioThreadPoolSize(2)
                    .computationThreadPoolSize(2)
                    .build();
            RedisClient client = RedisClient.create(resources, address.uri(patience));
            client.setOptions(ClientOptions.builder()
                    .autoReconnect(false)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(patience)
                            .keepAlive(true)
                            .build())
                    .timeoutOptions(TimeoutOptions.enabled(patience))
                    .build());
            return new Client(client, resources);
        }

        void shutdown() {
            client.shutdown(0, 1, TimeUnit.SECONDS);
            var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    /** @throws RedisException where there is no connection and none can be made */
    RedisCommands<String, String> commands() {
        Optional<StatefulRedisConnection<String, String>> open = connection.filter(StatefulRedisConnection::isOpen);
        if (open.isPresent()) {
            return open.get().sync();
        }
        drop();
        if (client.isEmpty()) {
            client = Optional.of(Client.of(address, patience));
        }
        StatefulRedisConnection<String, String> fresh = client.get().client().connect();
        connection = Optional.of(fresh);
        run = run(fresh.sync());
        return fresh.sync();
    }

    /** Names this life of the server, as long as the connection lasts; "" where it does not tell. */
    String run() {
        return run;
    }

    private static String run(RedisCommands<String, String> commands) {
        Matcher matcher = RUN.matcher(commands.info("server"));
        return matcher.find() ? matcher.group(1) : "";
    }

    void drop() {
        connection.ifPresent(StatefulRedisConnection::close);
        connection = Optional.empty();
    }

    String place() {
        return address.toString();
    }

    /** For the operator: the innermost reason, because the outer ones only say that there was one. */
    static String why(RedisException failed) {
        Throwable inner = failed;
        for (int depth = 0; depth < 8; depth++) {
            Optional<Throwable> cause = Optional.ofNullable(inner.getCause());
            if (cause.isEmpty()) {
                break;
            }
            inner = cause.get();
        }
        String words = Optional.ofNullable(inner.getMessage())
                .filter(text -> !text.isBlank())
                .orElse("");
        if (words.startsWith(GONE)) {
            return "the connection has ended";
        }
        return words.isEmpty() ? inner.getClass().getSimpleName() : words;
    }

    @Override
    public void close() {
        drop();
        client.ifPresent(Client::shutdown);
        client = Optional.empty();
    }
}
