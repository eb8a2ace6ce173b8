-- What shows that the store lost or altered something, and what was taken out of it on purpose.

-- One link for each sequence number, of a change or a tombstone. A link is a SHA-256 over the link
-- before it and its own row (`store/sqlite/chain.rs` has the layout): whoever knows a sequence
-- number's link knows whether anything up to there is missing or was altered.
CREATE TABLE chain (
    seq  INTEGER PRIMARY KEY, -- 1, 2, 3 …, given by the writer inside its transaction
    link BLOB NOT NULL
) STRICT;

-- The store's lives: a restored backup begins a new one. The one with the highest number is now.
CREATE TABLE epochs (
    number    INTEGER PRIMARY KEY,
    epoch     BLOB NOT NULL UNIQUE,
    after_seq INTEGER NOT NULL, -- up to here it has what the epoch before had; 0 when not known
    began_at  INTEGER NOT NULL, -- 0: with the store
    why       TEXT NOT NULL
) STRICT;

INSERT INTO epochs (number, epoch, after_seq, began_at, why)
    SELECT 1, value, 0, 0, 'made with the store' FROM meta WHERE key = 'epoch';
DELETE FROM meta WHERE key = 'epoch';

-- Documents whose content was erased. Their changes keep their rows and lose their bytes.
CREATE TABLE tombstones (
    seq      INTEGER PRIMARY KEY, -- from the same counter as changes
    document BLOB NOT NULL UNIQUE,
    kind     INTEGER NOT NULL,
    unit     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    why      TEXT NOT NULL
) STRICT;

CREATE INDEX tombstones_by_unit ON tombstones (unit, seq);
