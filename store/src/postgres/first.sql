CREATE TABLE store (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  id BYTEA NOT NULL,
  generation BIGINT NOT NULL,
  -- Where it ran last: another system or another timeline is a restored or promoted one.
  system TEXT NOT NULL,
  timeline TEXT NOT NULL
);

CREATE TABLE tenant (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE head (
  tenant BIGINT PRIMARY KEY REFERENCES tenant,
  frontier BYTEA NOT NULL,
  last_now BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  acknowledged BIGINT NOT NULL,
  serial BIGINT NOT NULL
);

-- Which batch moved a head how far: what a lost commit is read back by.
CREATE TABLE batch (
  tenant BIGINT NOT NULL,
  serial BIGINT NOT NULL,
  id BYTEA NOT NULL,
  PRIMARY KEY (tenant, serial)
);

-- The body comes last, so that whoever looks for something else need not read it.
CREATE TABLE record (
  key BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  leaf BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  decision BIGINT NOT NULL,
  agent TEXT NOT NULL,
  action TEXT NOT NULL,
  cites TEXT NOT NULL,
  secret BYTEA,
  body BYTEA
);
-- What is searched for, without the bodies, in the order of the log.
CREATE INDEX record_search ON record (key, at, kind, decision, agent, action);

CREATE TABLE node (
  tenant BIGINT NOT NULL,
  level BIGINT NOT NULL,
  number BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant, level, number)
);

CREATE TABLE token (
  key BIGINT PRIMARY KEY,
  id BYTEA NOT NULL,
  state BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  due_at BIGINT,
  burned_by TEXT,
  action BIGINT NOT NULL,
  entries BYTEA NOT NULL,
  body BYTEA NOT NULL
);
CREATE INDEX token_due ON token (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE approval (
  key BIGINT PRIMARY KEY,
  id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  state BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  subject BYTEA NOT NULL,
  agent TEXT NOT NULL,
  quorum BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  cools_until BIGINT,
  votes BYTEA NOT NULL,
  entries BYTEA NOT NULL,
  body BYTEA NOT NULL
);
CREATE INDEX approval_subject ON approval (subject, key);
CREATE INDEX approval_state ON approval (state, key);
CREATE INDEX approval_agent ON approval (agent, key) WHERE state = 0;

-- What actions count for, by counter and time.
CREATE TABLE entry (
  tenant BIGINT NOT NULL,
  counter BYTEA NOT NULL,
  at BIGINT NOT NULL,
  number BIGINT NOT NULL,
  part BIGINT NOT NULL,
  standing BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  currency BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  value BYTEA,
  PRIMARY KEY (tenant, counter, at, number, part)
);

-- Their sums by minutes and hours. A sum is high * 2^32 + low.
CREATE TABLE bucket (
  tenant BIGINT NOT NULL,
  counter BYTEA NOT NULL,
  span BIGINT NOT NULL,
  start BIGINT NOT NULL,
  currency BIGINT NOT NULL,
  standing BIGINT NOT NULL,
  n BIGINT NOT NULL,
  unclear BIGINT NOT NULL,
  high BIGINT NOT NULL,
  low BIGINT NOT NULL,
  PRIMARY KEY (tenant, counter, span, start, currency, standing)
);

CREATE TABLE remembered (
  tenant BIGINT NOT NULL,
  key BYTEA NOT NULL,
  question BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  number BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX remembered_expires ON remembered (expires_at);

CREATE TABLE api_key (
  hash BYTEA PRIMARY KEY,
  tenant BIGINT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  principal TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  body BYTEA NOT NULL
);
CREATE INDEX api_key_tenant ON api_key (tenant, created_at);

CREATE TABLE slot (
  tenant BIGINT NOT NULL,
  name TEXT NOT NULL,
  value BYTEA NOT NULL,
  expires_at BIGINT,
  PRIMARY KEY (tenant, name)
);
CREATE INDEX slot_expires ON slot (expires_at) WHERE expires_at IS NOT NULL;
