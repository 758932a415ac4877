-- Runs at every start. For PostgreSQL the type of inbox.position is BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
-- all else is the same, the statements in the code included.

-- Handled events, in the order of handling. An event whose id is here has no effect when it is delivered again.
CREATE TABLE IF NOT EXISTS inbox (
  position    INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id    TEXT NOT NULL UNIQUE,
  event_type  TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  occurred_at TEXT NOT NULL,
  received_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS inbox_by_request ON inbox (request_id, position);

-- The newest decision on each request.
CREATE TABLE IF NOT EXISTS decision (
  request_id TEXT PRIMARY KEY,
  attempt    BIGINT NOT NULL,
  outcome    TEXT NOT NULL, -- matched, deferred, unmatched
  match_id   TEXT,
  partner_id TEXT
);

-- The outcome of charging each match. It may arrive before the match itself.
CREATE TABLE IF NOT EXISTS charge (
  match_id TEXT PRIMARY KEY,
  outcome  TEXT NOT NULL, -- charged, refused
  points   BIGINT NOT NULL
);

-- Each partner's account, with counts of its events: an event that was handled twice would show.
CREATE TABLE IF NOT EXISTS partner (
  partner_id TEXT PRIMARY KEY,
  matches    BIGINT NOT NULL,
  charges    BIGINT NOT NULL,
  refusals   BIGINT NOT NULL,
  points     BIGINT NOT NULL,
  balance    BIGINT NOT NULL DEFAULT 0, -- as of this sequence
  sequence   BIGINT NOT NULL DEFAULT 0
);
