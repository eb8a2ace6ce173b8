-- Several grants at once, with dates; units that take the place of others; the record of who did what; and
-- how people sign in at a desk.

ALTER TABLE units ADD COLUMN successor TEXT REFERENCES units (code);

ALTER TABLE users ADD COLUMN disabled_at INTEGER;

DROP INDEX grants_of_now;
ALTER TABLE grants ADD COLUMN starts TEXT; -- first day; none for the day it was given
ALTER TABLE grants ADD COLUMN ends TEXT; -- last day, when it has one
CREATE UNIQUE INDEX grants_open ON grants (user, role, unit) WHERE ended_at IS NULL;

ALTER TABLE enrolment_codes ADD COLUMN approver TEXT REFERENCES users (name); -- none: at the command line
ALTER TABLE devices ADD COLUMN approver TEXT REFERENCES users (name);
ALTER TABLE devices ADD COLUMN is_browser INTEGER NOT NULL DEFAULT 0; -- signed in by a session, not by a token

-- One row for each thing done. A link is a SHA-256 over the link before it and the row
-- (`store/sqlite/audit.rs` has the layout).
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY, -- 1, 2, 3 …
    at        INTEGER NOT NULL,
    via       TEXT NOT NULL, -- server, command, user
    by_user   TEXT NOT NULL, -- empty unless via is user
    by_device INTEGER NOT NULL, -- 0 where no device did it
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    unit      TEXT NOT NULL, -- empty where it concerns none
    detail    TEXT NOT NULL,
    link      BLOB NOT NULL
) STRICT;

CREATE INDEX audit_by_unit ON audit (unit, seq);
CREATE INDEX audit_by_user ON audit (by_user, seq);

-- The end of each day's record, signed.
CREATE TABLE audit_heads (
    day       TEXT PRIMARY KEY,
    seq       INTEGER NOT NULL,
    link      BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the record of who did what is only added to'); END;
CREATE TRIGGER audit_is_not_altered BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the record of who did what is only added to'); END;

CREATE TABLE passwords (
    user   TEXT PRIMARY KEY REFERENCES users (name),
    hash   TEXT NOT NULL, -- argon2id, as a PHC string
    set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    id           BLOB PRIMARY KEY, -- the credential's
    user         TEXT NOT NULL REFERENCES users (name),
    name         TEXT NOT NULL,
    credential   TEXT NOT NULL, -- public key and counter, as JSON
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_user ON passkeys (user);

CREATE TABLE recovery_codes (
    code_hash BLOB PRIMARY KEY, -- SHA-256
    user      TEXT NOT NULL REFERENCES users (name),
    made_at   INTEGER NOT NULL,
    used_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX recovery_codes_by_user ON recovery_codes (user);

CREATE TABLE browser_sessions (
    token_hash BLOB PRIMARY KEY, -- SHA-256
    device     INTEGER NOT NULL REFERENCES devices (id),
    begun_at   INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX browser_sessions_by_device ON browser_sessions (device);
