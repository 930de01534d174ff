-- One row for each attempt that has ended. Times are nanoseconds since 1970 in UTC, money is in nano-dollars.
CREATE TABLE attempt (
  attempt_id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  caller TEXT NOT NULL,
  job TEXT NOT NULL,
  run TEXT NOT NULL,
  operation TEXT NOT NULL,
  asked_model TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  stream INTEGER NOT NULL,
  bound INTEGER,
  price_version TEXT NOT NULL,
  decision TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('SETTLED', 'VOIDED', 'IN_DOUBT')),
  ended_at INTEGER NOT NULL,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  estimated INTEGER,
  charged INTEGER,
  cost_kind TEXT NOT NULL CHECK (cost_kind IN ('FREE', 'PRICED', 'UNPRICED')),
  cost INTEGER,
  status INTEGER NOT NULL,
  how TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  sent_nanos INTEGER NOT NULL,
  first_content_nanos INTEGER NOT NULL,
  total_nanos INTEGER NOT NULL,
  CHECK ((cost IS NULL) = (cost_kind <> 'PRICED'))
) STRICT;

CREATE INDEX attempt_at ON attempt (at);

CREATE INDEX attempt_request ON attempt (request_id);

-- Up to which record of the journal everything is here.
CREATE TABLE journal (position INTEGER NOT NULL) STRICT;

INSERT INTO journal (position) VALUES (0);
