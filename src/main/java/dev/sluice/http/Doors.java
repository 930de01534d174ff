package dev.sluice.http;

import dev.sluice.http.GatewayServer.Behind;
import dev.sluice.http.GatewayServer.Listen;
import dev.sluice.http.GatewayServer.Place;
import dev.sluice.http.server.BodyBudget;
import dev.sluice.http.server.Cors;
import dev.sluice.http.server.HostGuard;
import dev.sluice.http.server.LaneServer;
import dev.sluice.http.server.Router;
import dev.sluice.pipeline.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which routes stand at which address.
 *
 * @param administrators where they have a place of their own
 */
record Doors(LaneServer.Edge clients, Optional<LaneServer.Edge> administrators) {

    /** @throws IOException where a free port cannot be had */
    static Doors of(Listen listen, Behind behind) throws IOException {
        Gateway gateway = behind.gateway();
        Instant since = gateway.parts().clock().instant();
        BodyBudget budget = new BodyBudget(listen.bounds().bodiesBytes());
        WrongKeys wrongKeys =
                new WrongKeys(listen.bounds().wrongKeys(), gateway.parts().ticker());
        Passage passage = new Passage(
                listen.bounds(),
                budget,
                behind.accounts(),
                wrongKeys,
                gateway.parts().ticker());
        Models models = new Models(gateway);
        AtomicInteger connections = new AtomicInteger();
        behind.meters().gauge("sluice_connections", "Open client connections.", connections::get);
        behind.meters().gauge("sluice_running", "Calls under way.", gateway::running);
        Administrators administrators = new Administrators(behind.accounts(), wrongKeys, passage);
        AdminRoutes admin = new AdminRoutes(behind, administrators, since);
        KeyRoutes keys = new KeyRoutes(
                behind.accounts(),
                behind.keys(),
                administrators,
                gateway.parts().treasury()::tierNames,
                gateway.parts().clock());
        Router own = new Router();
        new ModelRoutes(gateway, behind.accounts(), wrongKeys, listen.bounds(), budget).addTo(own);
        new OllamaRoutes(models, passage, since).addTo(own);
        new OpenAiRoutes(models, passage, since).addTo(own);
        admin.addHealthTo(own);
        Router theirs = listen.administration().isPresent() ? new Router() : own;
        admin.addTo(theirs);
        keys.addTo(theirs);
        new ReloadRoute(behind.settings(), administrators).addTo(theirs);
        LaneServer.Edge clients =
                edge(listen, new Place(listen.host(), listen.port()).settled(), own, connections, gateway);
        if (listen.administration().isEmpty()) {
            return new Doors(clients, Optional.empty());
        }
        admin.addHealthTo(theirs);
        Place place = listen.administration().get().settled();
        return new Doors(clients, Optional.of(edge(listen, place, theirs, connections, gateway)));
    }

    private static LaneServer.Edge edge(
            Listen listen, Place place, Router router, AtomicInteger connections, Gateway gateway) {
        HostGuard guard = new HostGuard(GatewayServer.isLoopback(place.host()), ownName(), listen.origins());
        return new LaneServer.Edge(
                router,
                guard,
                new Cors(guard),
                connections,
                listen.bounds(),
                listen.sandbox(),
                place.host(),
                place.port(),
                gateway.parts().ticker(),
                gateway.parts().clock());
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
