-- Grants keep their history, so that the server knows who may no longer write where; and what such
-- people still send waits for the office.

CREATE TABLE grants_held (
    id         INTEGER PRIMARY KEY,
    user       TEXT NOT NULL REFERENCES users (name),
    unit       TEXT NOT NULL REFERENCES units (code),
    role       TEXT NOT NULL,
    granted_at INTEGER NOT NULL, -- 0: with the district
    ended_at   INTEGER -- none while it is held
) STRICT;

INSERT INTO grants_held (user, unit, role, granted_at) SELECT user, unit, role, 0 FROM grants;
DROP TABLE grants;
ALTER TABLE grants_held RENAME TO grants;

CREATE UNIQUE INDEX grants_of_now ON grants (user) WHERE ended_at IS NULL;

-- One row for what a device sent of one document, until it is decided; none is ever deleted.
CREATE TABLE reviews (
    id          INTEGER PRIMARY KEY,
    device      INTEGER NOT NULL REFERENCES devices (id),
    user        TEXT NOT NULL REFERENCES users (name),
    reason      INTEGER NOT NULL, -- 1 moved, 2 revoked
    document    BLOB NOT NULL,
    kind        INTEGER NOT NULL,
    unit        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    fields      TEXT NOT NULL, -- as they would stand, as JSON
    state       TEXT NOT NULL, -- open, accepted, dismissed, erased
    decided_by  TEXT REFERENCES users (name),
    decided_at  INTEGER
) STRICT;

CREATE UNIQUE INDEX reviews_open ON reviews (device, document) WHERE state = 'open';
CREATE INDEX reviews_by_unit ON reviews (state, unit, id);

CREATE TABLE review_changes (
    document BLOB NOT NULL,
    hash     BLOB NOT NULL,
    review   INTEGER NOT NULL REFERENCES reviews (id),
    position INTEGER NOT NULL, -- among the review's changes
    bytes    BLOB NOT NULL,
    PRIMARY KEY (document, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_changes_by_review ON review_changes (review, position);
