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
