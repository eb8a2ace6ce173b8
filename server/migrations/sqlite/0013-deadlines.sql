-- How long steps of cases may take, and days that are not as the week has them.
CREATE TABLE deadline_rules (
    unit         TEXT NOT NULL REFERENCES units (code),
    step         TEXT NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT, -- last day, when it has one
    working_days INTEGER NOT NULL,
    note         TEXT NOT NULL,
    PRIMARY KEY (unit, step, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE holidays (
    day       TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    is_worked INTEGER NOT NULL -- 1 for a day that is worked instead of another
) STRICT, WITHOUT ROWID;
