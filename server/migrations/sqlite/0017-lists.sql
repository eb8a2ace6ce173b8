-- Lists are found in one narrow index each, that has all they are narrowed and ordered by: of rows, which are long, only
-- those of a page are read. And columns for what lists ask of every case. The rows are made again from the changes by the step
-- that brings this.

ALTER TABLE cases ADD COLUMN closed_on TEXT NOT NULL DEFAULT ''; -- yyyy-mm-dd; empty while it is not closed
ALTER TABLE cases ADD COLUMN particular TEXT NOT NULL DEFAULT ''; -- by its name; empty when nothing is

DROP INDEX cases_by_unit;
DROP INDEX cases_by_addressee;
CREATE INDEX cases_listed ON cases (
    created_seq, unit, addressee, to_role, state, particular, is_disputed, due, field, competence, session, outcome,
    answer_due, answered_on, told_on, carried_over, closed_on, lead
);

DROP INDEX petitions_by_unit;
DROP INDEX petitions_by_field;
DROP INDEX petitions_by_day;
CREATE INDEX petitions_by_unit ON petitions (
    unit, created_seq, village, field, session, day, voters, case_number
);
CREATE INDEX petitions_by_day ON petitions (
    unit, day, session, voters, case_number, field, village, created_seq
);

-- Of findings alone (kind 9).
CREATE INDEX papers_by_programme ON papers (unit, record ->> '$.finding.programme') WHERE kind = 9;

-- Every case file asks which petitions two people put into two cases.
CREATE INDEX consolidations_contested ON consolidations (number) WHERE conflicts > 0;
