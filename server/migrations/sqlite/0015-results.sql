-- What is to be told in each unit, case by case: a phone asks for what came after the version that it has.
DROP TABLE results;

CREATE TABLE results (
    unit    TEXT NOT NULL,
    case_id BLOB NOT NULL,
    version INTEGER NOT NULL, -- of the unit: greater with each change
    is_gone INTEGER NOT NULL, -- 1 once the case carries nothing of the unit any more
    PRIMARY KEY (unit, case_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX results_by_version ON results (unit, version);
CREATE INDEX results_by_case ON results (case_id);
