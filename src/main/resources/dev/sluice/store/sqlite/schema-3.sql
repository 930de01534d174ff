-- What was said later about an attempt. The youngest by time, then by id, holds; the attempt's own row never changes.
CREATE TABLE amendment (
  attempt_id TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('SETTLED', 'VOIDED')),
  cost_kind TEXT NOT NULL CHECK (cost_kind IN ('FREE', 'PRICED', 'UNPRICED')),
  cost INTEGER,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  estimated INTEGER,
  charged INTEGER,
  price_version TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (attempt_id, id),
  CHECK ((cost IS NULL) = (cost_kind <> 'PRICED'))
) STRICT;

-- The few that nobody has resolved are found without reading the many.
CREATE INDEX attempt_doubt ON attempt (at) WHERE state = 'IN_DOUBT';

-- The book: each movement of money between two accounts, chained by hashes. Amounts are in nano-dollars.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  debits INTEGER NOT NULL DEFAULT 0,
  credits INTEGER NOT NULL DEFAULT 0
) STRICT;

-- 'at' is the moment of the attempt's intent; 'digest' is of the row of attempt or amendment that is booked; 'hash' is
-- of the entry before and of everything in this one.
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  amendment TEXT NOT NULL,
  at INTEGER NOT NULL,
  debit INTEGER NOT NULL REFERENCES account (id),
  credit INTEGER NOT NULL REFERENCES account (id),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  price_version TEXT NOT NULL,
  digest BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

-- Attempts from before this moment may be gone; their entries and sums never are.
CREATE TABLE retention (before INTEGER NOT NULL) STRICT;

INSERT INTO retention (before) VALUES (-9223372036854775808);

-- What attempts must share to be added up, and their sums by hours (width 1) and by UTC days (width 24). 'start' counts
-- hours since 1970 in UTC. Each attempt is in both grains: 0 tells payers apart; 1 has cells without payers, so that a
-- report by time, provider or model reads little.
CREATE TABLE cell (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  user TEXT NOT NULL,
  caller TEXT NOT NULL,
  tier TEXT NOT NULL,
  job TEXT NOT NULL,
  agent TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  state TEXT NOT NULL,
  estimated INTEGER NOT NULL,
  UNIQUE (caller, model, user, job, agent, tenant, team, tier, provider, state, estimated)
) STRICT;

CREATE TABLE rollup (
  grain INTEGER NOT NULL,
  width INTEGER NOT NULL,
  start INTEGER NOT NULL,
  cell INTEGER NOT NULL REFERENCES cell (id),
  attempts INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  doubt INTEGER NOT NULL,
  fresh INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  output INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failure_cost INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  saved_own_cache INTEGER NOT NULL,
  saved_provider_cache INTEGER NOT NULL,
  saved_routing INTEGER NOT NULL,
  print INTEGER NOT NULL,
  PRIMARY KEY (grain, width, start, cell)
) STRICT, WITHOUT ROWID;

-- Runs are too many for the sums; reports by run read these rows.
CREATE INDEX attempt_run ON attempt (at) WHERE run <> '';

-- The past is not edited by accident. Whoever drops these is found by the hashes.
CREATE TRIGGER attempt_stays BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'an attempt is never changed; amend it'); END;

CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt WHEN OLD.at >= (SELECT before FROM retention) BEGIN SELECT RAISE(ABORT, 'an attempt goes only by the setting retention'); END;

CREATE TRIGGER amendment_stays BEFORE UPDATE ON amendment BEGIN SELECT RAISE(ABORT, 'an amendment is never changed; write another'); END;

CREATE TRIGGER amendment_is_kept BEFORE DELETE ON amendment WHEN NOT EXISTS (SELECT 1 FROM attempt WHERE attempt_id = OLD.attempt_id AND at < (SELECT before FROM retention)) BEGIN SELECT RAISE(ABORT, 'an amendment goes only with its attempt'); END;

CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;

CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never removed'); END;
