-- Projections again, with what is long last: SQLite reads a row up to the column that is asked for. The rows are
-- made again from the changes by the step that brings this.

DROP TABLE meetings;
CREATE TABLE meetings (
    number        INTEGER PRIMARY KEY REFERENCES documents (number),
    unit          TEXT NOT NULL,
    session       TEXT NOT NULL,
    date          TEXT NOT NULL,
    village       TEXT NOT NULL,
    meeting_kind  TEXT NOT NULL,
    denunciations INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    conflicts     INTEGER NOT NULL,
    record        TEXT NOT NULL -- the meeting as JSON
) STRICT;

CREATE INDEX meetings_by_unit ON meetings (unit, date);

DROP TABLE petitions;
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
    words_digest  INTEGER,
    -- What follows from other documents.
    case_number   INTEGER, -- the case that carries it; none while it waits to be consolidated
    day           TEXT NOT NULL, -- yyyy-mm-dd of its meeting; without one, of its recording
    session       TEXT NOT NULL, -- the council session of its meeting
    record        TEXT NOT NULL -- the petition as JSON
) STRICT;

CREATE INDEX petitions_by_unit ON petitions (unit, created_seq);
CREATE INDEX petitions_by_field ON petitions (unit, field);
CREATE INDEX petitions_by_case ON petitions (case_number);
CREATE INDEX petitions_by_meeting ON petitions (meeting);
CREATE INDEX petitions_by_day ON petitions (unit, day, session, voters, case_number);
CREATE INDEX petitions_waiting ON petitions (unit, created_seq) WHERE case_number IS NULL;

DROP TABLE cases;
CREATE TABLE cases (
    number        INTEGER PRIMARY KEY REFERENCES documents (number),
    id            BLOB NOT NULL UNIQUE,
    unit          TEXT NOT NULL,
    created_seq   INTEGER NOT NULL,
    created_on    TEXT NOT NULL, -- yyyy-mm-dd, when the server first had it
    field         TEXT NOT NULL,
    competence    TEXT NOT NULL,
    session       TEXT NOT NULL,
    repeated_from BLOB, -- an earlier case about the same
    updated_at    INTEGER NOT NULL,
    conflicts     INTEGER NOT NULL,
    words_digest  INTEGER,
    -- Derived from its papers (kiennghi_shared::casefile).
    state         INTEGER NOT NULL,
    is_disputed   INTEGER NOT NULL,
    carried_over  INTEGER NOT NULL,
    addressee     TEXT NOT NULL, -- the unit; empty before it is sent
    to_role       TEXT NOT NULL, -- executive, standing-committee
    lead          TEXT NOT NULL, -- the agency that is to answer; empty when there is none
    outcome       TEXT NOT NULL,
    sent_on       TEXT NOT NULL, -- yyyy-mm-dd, when it was last sent
    due           TEXT NOT NULL, -- yyyy-mm-dd of what is awaited; empty when nothing is
    answer_due    TEXT NOT NULL, -- by which it was to be answered
    answered_on   TEXT NOT NULL,
    told_on       TEXT NOT NULL,
    record        TEXT NOT NULL, -- the case as JSON
    standing      TEXT NOT NULL -- all that is derived, as JSON
) STRICT;

CREATE INDEX cases_by_unit ON cases (unit, state, due);
CREATE INDEX cases_by_addressee ON cases (addressee, state, due);
CREATE INDEX cases_repeated ON cases (repeated_from) WHERE repeated_from IS NOT NULL;

DROP TABLE case_papers;
DROP TABLE papers;
CREATE TABLE papers (
    number     INTEGER PRIMARY KEY REFERENCES documents (number),
    id         BLOB NOT NULL UNIQUE,
    kind       INTEGER NOT NULL,
    unit       TEXT NOT NULL,
    day        TEXT NOT NULL, -- yyyy-mm-dd; empty for a dispatch that is not sent
    to_unit    TEXT NOT NULL, -- of a dispatch: the unit it goes to
    to_role    TEXT NOT NULL, -- and whom there: executive, standing-committee
    updated_at INTEGER NOT NULL,
    conflicts  INTEGER NOT NULL,
    facts      TEXT NOT NULL, -- what a case's standing follows from, as JSON
    record     TEXT NOT NULL -- its content as JSON
) STRICT;

CREATE INDEX papers_by_unit ON papers (kind, unit, day);
CREATE INDEX papers_by_addressee ON papers (to_unit, to_role, day);

CREATE TABLE case_papers (
    case_id BLOB NOT NULL,
    number  INTEGER NOT NULL REFERENCES papers (number),
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_papers_by_paper ON case_papers (number);

-- To which units a case is assigned, by whom it was sent to.
CREATE TABLE case_agencies (
    case_number INTEGER NOT NULL,
    unit        TEXT NOT NULL,
    PRIMARY KEY (case_number, unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_agencies_by_unit ON case_agencies (unit, case_number);

-- Cases that may stand otherwise since units, rules or holidays changed, and were not derived again yet.
CREATE TABLE cases_to_derive (
    number INTEGER PRIMARY KEY
) STRICT;

-- Another value whenever units, rules or holidays change; never the same again.
INSERT OR REPLACE INTO meta (key, value) VALUES ('ground', randomblob(16));
