-- Rows repeat themselves: who asked whom for what, and how it went, is the same for thousands of attempts. Such words are
-- kept once in 'common', and a row names them by a number: a row takes two thirds of the room, and of the time.
CREATE TABLE common (
  id INTEGER PRIMARY KEY,
  caller TEXT NOT NULL,
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  user TEXT NOT NULL,
  tier TEXT NOT NULL,
  agent TEXT NOT NULL,
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  operation TEXT NOT NULL,
  asked_model TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  stream INTEGER NOT NULL,
  price_version TEXT NOT NULL,
  decision TEXT NOT NULL,
  free INTEGER NOT NULL,
  status INTEGER NOT NULL,
  how TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  baseline TEXT NOT NULL,
  UNIQUE (asked_model, caller, user, job, decision, model, provider, price_version, tenant, team, tier, agent, number,
    operation, stream, free, status, how, answered_by, baseline)
) STRICT;

INSERT INTO common (caller, tenant, team, user, tier, agent, job, number, operation, asked_model, provider, model, stream,
  price_version, decision, free, status, how, answered_by, baseline)
SELECT DISTINCT caller, tenant, team, user, tier, agent, job, number, operation, asked_model, provider, model, stream,
  price_version, decision, cost_kind = 'FREE', status, how, answered_by, baseline FROM attempt;

-- 'request_id' is NULL where it is what stands before the number in 'attempt_id', as in all that the gateway makes.
CREATE TABLE attempt_row (
  attempt_id TEXT PRIMARY KEY,
  request_id TEXT,
  at INTEGER NOT NULL,
  common INTEGER NOT NULL REFERENCES common (id),
  run TEXT NOT NULL,
  bound INTEGER,
  state TEXT NOT NULL CHECK (state = 'SETTLED' OR state = 'VOIDED' OR state = 'IN_DOUBT'),
  ended_at INTEGER NOT NULL,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  estimated INTEGER,
  charged INTEGER,
  cost INTEGER,
  sent_nanos INTEGER NOT NULL,
  first_content_nanos INTEGER NOT NULL,
  total_nanos INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  saved_own_cache INTEGER NOT NULL,
  saved_provider_cache INTEGER NOT NULL,
  saved_routing INTEGER NOT NULL
) STRICT;

INSERT INTO attempt_row SELECT attempt.attempt_id,
  iif(attempt.attempt_id = attempt.request_id || '-' || attempt.number, NULL, attempt.request_id), attempt.at, common.id,
  attempt.run, attempt.bound, attempt.state, attempt.ended_at, attempt.input, attempt.cache_read, attempt.cache_write,
  attempt.output, attempt.reasoning, attempt.estimated, attempt.charged, attempt.cost, attempt.sent_nanos,
  attempt.first_content_nanos, attempt.total_nanos, attempt.receipt, attempt.saved_own_cache,
  attempt.saved_provider_cache, attempt.saved_routing
FROM attempt CROSS JOIN common ON common.asked_model = attempt.asked_model AND common.caller = attempt.caller
  AND common.user = attempt.user AND common.job = attempt.job AND common.decision = attempt.decision
  AND common.model = attempt.model AND common.provider = attempt.provider
  AND common.price_version = attempt.price_version AND common.tenant = attempt.tenant AND common.team = attempt.team
  AND common.tier = attempt.tier AND common.agent = attempt.agent AND common.number = attempt.number
  AND common.operation = attempt.operation AND common.stream = attempt.stream
  AND common.free = (attempt.cost_kind = 'FREE') AND common.status = attempt.status AND common.how = attempt.how
  AND common.answered_by = attempt.answered_by AND common.baseline = attempt.baseline
ORDER BY attempt.rowid;

DROP TABLE attempt;

-- The few of a name that is not derived, the few in doubt and the few of a run are found without reading the many.
CREATE INDEX attempt_request ON attempt_row (request_id) WHERE request_id IS NOT NULL;

CREATE INDEX attempt_at ON attempt_row (at);

CREATE INDEX attempt_doubt ON attempt_row (at) WHERE state = 'IN_DOUBT';

CREATE INDEX attempt_run ON attempt_row (at) WHERE run <> '';

-- Whole rows again, as before. Only a priced attempt has a cost. 'place' counts rows in the order in which they came.
CREATE VIEW attempt AS SELECT attempt_id,
  coalesce(request_id, substr(attempt_id, 1, length(attempt_id) - length(number) - 1)) AS request_id,
  number, at, caller, job, run, operation, asked_model, provider, model, stream, bound, price_version, decision, state,
  ended_at, input, cache_read, cache_write, output, reasoning, estimated, charged,
  CASE WHEN cost IS NOT NULL THEN 'PRICED' WHEN free THEN 'FREE' ELSE 'UNPRICED' END AS cost_kind,
  cost, status, how, answered_by, sent_nanos, first_content_nanos, total_nanos, tenant, team, user, tier, agent, receipt,
  saved_own_cache, saved_provider_cache, saved_routing, baseline, attempt_row.rowid AS place
FROM attempt_row CROSS JOIN common ON common.id = attempt_row.common;

CREATE TRIGGER attempt_stays BEFORE UPDATE ON attempt_row BEGIN SELECT RAISE(ABORT, 'an attempt is never changed; amend it'); END;

CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt_row WHEN OLD.at >= (SELECT before FROM retention) BEGIN SELECT RAISE(ABORT, 'an attempt goes only by the setting retention'); END;

CREATE TRIGGER common_stays BEFORE UPDATE ON common BEGIN SELECT RAISE(ABORT, 'what attempts have in common is never changed'); END;

CREATE TRIGGER common_is_kept BEFORE DELETE ON common BEGIN SELECT RAISE(ABORT, 'what attempts have in common is never removed'); END;
