-- What a committee makes of petitions, and what becomes of it. Projections: made again from the changes.

CREATE TABLE cases (
    number        INTEGER PRIMARY KEY REFERENCES documents (number),
    id            BLOB NOT NULL UNIQUE,
    unit          TEXT NOT NULL,
    created_seq   INTEGER NOT NULL,
    created_on    TEXT NOT NULL, -- yyyy-mm-dd, when the server first had it
    field         TEXT NOT NULL,
    competence    TEXT NOT NULL,
    session       TEXT NOT NULL,
    updated_at    INTEGER NOT NULL,
    conflicts     INTEGER NOT NULL,
    record        TEXT NOT NULL, -- the case as JSON
    words_digest  INTEGER,
    -- Derived from its papers (kiennghi_shared::casefile).
    state         INTEGER NOT NULL,
    is_disputed   INTEGER NOT NULL,
    carried_over  INTEGER NOT NULL,
    addressee     TEXT NOT NULL, -- the unit; empty before it is sent
    to_role       TEXT NOT NULL, -- executive, standing-committee
    lead          TEXT NOT NULL, -- the agency that is to answer; empty when there is none
    outcome       TEXT NOT NULL,
    due           TEXT NOT NULL, -- yyyy-mm-dd of what is awaited; empty when nothing is
    answer_due    TEXT NOT NULL, -- by which it was to be answered
    answered_on   TEXT NOT NULL,
    told_on       TEXT NOT NULL,
    standing      TEXT NOT NULL -- all of it, as JSON
) STRICT;

CREATE INDEX cases_by_unit ON cases (unit, state, due);
CREATE INDEX cases_by_addressee ON cases (addressee, state, due);

CREATE VIRTUAL TABLE case_words USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    detail = 'none',
    tokenize = "ascii tokenchars '='"
);

INSERT INTO case_words (case_words, rank) VALUES ('automerge', 0), ('crisismerge', 64);

-- Which case carries a petition: one row a petition.
CREATE TABLE consolidations (
    number    INTEGER PRIMARY KEY REFERENCES documents (number),
    petition  BLOB NOT NULL UNIQUE,
    case_id   BLOB, -- none when it was taken out again
    unit      TEXT NOT NULL,
    conflicts INTEGER NOT NULL
) STRICT;

CREATE INDEX consolidations_by_case ON consolidations (case_id);

-- The case that carries it; none while it waits to be consolidated, also when the case that was named is
-- not there.
ALTER TABLE petitions ADD COLUMN case_number INTEGER;

-- The day and the council session of its meeting; without one, the day on which it was recorded.
ALTER TABLE petitions ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE petitions ADD COLUMN session TEXT NOT NULL DEFAULT '';

CREATE INDEX petitions_by_case ON petitions (case_number);
CREATE INDEX petitions_by_meeting ON petitions (meeting);
CREATE INDEX petitions_by_day ON petitions (unit, day, session, voters, case_number);
CREATE INDEX petitions_waiting ON petitions (unit, created_seq) WHERE case_number IS NULL;

ALTER TABLE meetings ADD COLUMN meeting_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE meetings ADD COLUMN denunciations INTEGER NOT NULL DEFAULT 0;

-- What a case carries of each unit.
CREATE TABLE case_units (
    case_number INTEGER NOT NULL,
    unit        TEXT NOT NULL,
    day         TEXT NOT NULL, -- yyyy-mm-dd of the first petition
    session     TEXT NOT NULL, -- the council session of the first petition
    petitions   INTEGER NOT NULL,
    voters      INTEGER NOT NULL,
    PRIMARY KEY (case_number, unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_units_by_unit ON case_units (unit, day, session, case_number);

-- Dispatches, assignments, answers, checks, findings and notices.
CREATE TABLE papers (
    number     INTEGER PRIMARY KEY REFERENCES documents (number),
    id         BLOB NOT NULL UNIQUE,
    kind       INTEGER NOT NULL,
    unit       TEXT NOT NULL,
    day        TEXT NOT NULL, -- yyyy-mm-dd; empty for a dispatch that is not sent
    updated_at INTEGER NOT NULL,
    conflicts  INTEGER NOT NULL,
    facts      TEXT NOT NULL, -- what a case's standing follows from, as JSON
    record     TEXT NOT NULL -- its content as JSON
) STRICT;

CREATE INDEX papers_by_unit ON papers (kind, unit, day);

CREATE TABLE case_papers (
    case_id BLOB NOT NULL,
    number  INTEGER NOT NULL REFERENCES papers (number),
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_papers_by_paper ON case_papers (number);

-- For each unit the sequence number after which what is to be told there last changed.
CREATE TABLE results (
    unit TEXT PRIMARY KEY,
    seq  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
