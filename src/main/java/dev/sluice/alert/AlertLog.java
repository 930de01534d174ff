package dev.sluice.alert;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes alerts into the log as warnings with fields of their own. */
public final class AlertLog implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.alert");

    @Override
    public void take(Raised raised) {
        LOG.atWarn()
                .addKeyValue("alert", raised.kind())
                .addKeyValue("subject", raised.subject())
                .addKeyValue("window", raised.window())
                .log(raised.text());
    }
}
