-- What a version of a scope means, kept so that a phone that was fed an earlier one is given only
-- what entered since.
CREATE TABLE scopes (
    version INTEGER PRIMARY KEY,
    scope   BLOB NOT NULL -- CBOR
) STRICT;

-- Set while an actor's changes were only brought back by somebody else's phone after a restore: the
-- user who wrote them, and whose devices may go on with the actor. `device` is then the one that
-- brought them.
ALTER TABLE actors ADD COLUMN author TEXT;

CREATE INDEX documents_by_unit ON documents (unit, number);
CREATE INDEX documents_by_author ON documents (author);
