CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id BLOB NOT NULL,
  generation INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE head (
  tenant INTEGER PRIMARY KEY REFERENCES tenant,
  frontier BLOB NOT NULL,
  last_now INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  serial INTEGER NOT NULL
) STRICT;

-- The body comes last, so that whoever looks for something else need not read it.
CREATE TABLE record (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  kind INTEGER NOT NULL,
  decision INTEGER NOT NULL,
  agent TEXT NOT NULL,
  action TEXT NOT NULL,
  cites TEXT NOT NULL,
  secret BLOB,
  body BLOB
) STRICT;
-- What is searched for, without the bodies, in the order of the log.
CREATE INDEX record_search ON record (key, at, kind, decision, agent, action, cites);

CREATE TABLE node (
  tenant INTEGER NOT NULL,
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (tenant, level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  state INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  due_at INTEGER,
  burned_by TEXT,
  action INTEGER NOT NULL,
  entries BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX token_due ON token (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE approval (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  subject BLOB NOT NULL,
  agent TEXT NOT NULL,
  quorum INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  cools_until INTEGER,
  votes BLOB NOT NULL,
  entries BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX approval_subject ON approval (subject, key);
CREATE INDEX approval_state ON approval (state, key);
CREATE INDEX approval_agent ON approval (agent, key) WHERE state = 0;

-- What actions count for, by counter and time.
CREATE TABLE entry (
  tenant INTEGER NOT NULL,
  counter BLOB NOT NULL,
  at INTEGER NOT NULL,
  number INTEGER NOT NULL,
  part INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  currency INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  value BLOB,
  PRIMARY KEY (tenant, counter, at, number, part)
) STRICT, WITHOUT ROWID;

-- Their sums by minutes and hours. A sum is high * 2^32 + low.
CREATE TABLE bucket (
  tenant INTEGER NOT NULL,
  counter BLOB NOT NULL,
  span INTEGER NOT NULL,
  start INTEGER NOT NULL,
  currency INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  n INTEGER NOT NULL,
  unclear INTEGER NOT NULL,
  high INTEGER NOT NULL,
  low INTEGER NOT NULL,
  PRIMARY KEY (tenant, counter, span, start, currency, standing)
) STRICT, WITHOUT ROWID;

CREATE TABLE remembered (
  tenant INTEGER NOT NULL,
  key BLOB NOT NULL,
  question BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  number INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX remembered_expires ON remembered (expires_at);

CREATE TABLE api_key (
  hash BLOB PRIMARY KEY,
  tenant INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  principal TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_tenant ON api_key (tenant, created_at);

CREATE TABLE slot (
  tenant INTEGER NOT NULL,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_expires ON slot (expires_at) WHERE expires_at IS NOT NULL;
