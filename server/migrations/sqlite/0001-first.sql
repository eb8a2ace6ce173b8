-- The raw changes are the truth. Snapshots and the tables of projections can be dropped and made
-- again from them (`kiennghi rebuild`).

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- The district: units, their villages, the council's terms and sessions.

CREATE TABLE units (
    code       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    tier       TEXT NOT NULL,
    parent     TEXT REFERENCES units (code),
    position   INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE villages (
    unit     TEXT NOT NULL REFERENCES units (code),
    name     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (unit, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
    code   TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE council_sessions (
    code   TEXT PRIMARY KEY,
    term   TEXT NOT NULL REFERENCES terms (code),
    name   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Users, the one role that each holds, and their devices.

CREATE TABLE users (
    name    TEXT PRIMARY KEY,
    display TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    user TEXT PRIMARY KEY REFERENCES users (name),
    unit TEXT NOT NULL REFERENCES units (code),
    role TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    id           INTEGER PRIMARY KEY,
    user         TEXT NOT NULL REFERENCES users (name),
    name         TEXT NOT NULL,
    token_hash   BLOB UNIQUE, -- SHA-256; none for devices that never sign in
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE TABLE enrolment_codes (
    code_hash  BLOB PRIMARY KEY, -- SHA-256
    user       TEXT NOT NULL REFERENCES users (name),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;

-- Documents and their changes.

CREATE TABLE documents (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    kind         INTEGER NOT NULL,
    unit         TEXT NOT NULL REFERENCES units (code),
    author       TEXT NOT NULL,
    created_seq  INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    change_count INTEGER NOT NULL,
    heads        BLOB NOT NULL -- hashes of 32 bytes, one after the other
) STRICT;

CREATE TABLE actors (
    actor  BLOB PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
    seq         INTEGER PRIMARY KEY, -- given by the writer inside its transaction: 1, 2, 3 …
    document    INTEGER NOT NULL REFERENCES documents (number),
    unit        TEXT NOT NULL, -- the document's, so that a feed is one index range per unit
    hash        BLOB NOT NULL,
    actor       BLOB NOT NULL REFERENCES actors (actor),
    actor_seq   INTEGER NOT NULL,
    device      INTEGER NOT NULL REFERENCES devices (id),
    user        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    UNIQUE (document, hash),
    UNIQUE (document, actor, actor_seq)
) STRICT;

CREATE INDEX changes_by_unit ON changes (unit, seq);
CREATE INDEX changes_by_document ON changes (document, seq);

-- A cache of whole documents that passed the trial, for those of many changes.
CREATE TABLE snapshots (
    document     INTEGER PRIMARY KEY REFERENCES documents (number),
    change_count INTEGER NOT NULL,
    bytes        BLOB NOT NULL
) STRICT;

-- What was refused, and the bytes where they are evidence; a bounded number for each device.
CREATE TABLE refusals (
    id       INTEGER PRIMARY KEY,
    device   INTEGER NOT NULL REFERENCES devices (id),
    document BLOB NOT NULL,
    hash     BLOB NOT NULL,
    code     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    bytes    BLOB,
    UNIQUE (device, hash)
) STRICT;

-- Projections: written in the transaction of the changes they show.

CREATE TABLE meetings (
    number     INTEGER PRIMARY KEY REFERENCES documents (number),
    unit       TEXT NOT NULL,
    session    TEXT NOT NULL,
    date       TEXT NOT NULL,
    village    TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    conflicts  INTEGER NOT NULL,
    record     TEXT NOT NULL -- the meeting as JSON
) STRICT;

CREATE INDEX meetings_by_unit ON meetings (unit, date);

CREATE TABLE petitions (
    number        INTEGER PRIMARY KEY REFERENCES documents (number),
    unit          TEXT NOT NULL,
    created_seq   INTEGER NOT NULL,
    village       TEXT NOT NULL,
    field         TEXT NOT NULL,
    competence    TEXT NOT NULL,
    petition_kind TEXT NOT NULL,
    meeting       BLOB,
    voters        INTEGER,
    updated_at    INTEGER NOT NULL,
    conflicts     INTEGER NOT NULL,
    record        TEXT NOT NULL -- the petition as JSON
) STRICT;

CREATE INDEX petitions_by_unit ON petitions (unit, created_seq);
CREATE INDEX petitions_by_field ON petitions (unit, field);

-- Words as written in lower case, and without accents. The tokenizer must not fold accents itself:
-- it does not know that `đ` is a `d`.
CREATE VIRTUAL TABLE petition_words USING fts5 (
    exact,
    folded,
    content = '',
    contentless_delete = 1,
    prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 0'
);
