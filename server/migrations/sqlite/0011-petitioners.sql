-- Who stands behind petitions: sealed, each under a key of its own that lies in another database
-- (`kiennghi-keys.sqlite`). What was erased keeps its row, without a byte of the person.
CREATE TABLE petitioners (
    id         BLOB PRIMARY KEY,
    unit       TEXT NOT NULL REFERENCES units (code),
    petition   BLOB NOT NULL, -- the document, which may still be to come
    version    INTEGER NOT NULL, -- 1, 2, 3 …
    sealed     BLOB NOT NULL, -- nonce and AES-256-GCM of the person as CBOR; empty once erased
    updated_at INTEGER NOT NULL,
    erased_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX petitioners_by_petition ON petitioners (petition);
