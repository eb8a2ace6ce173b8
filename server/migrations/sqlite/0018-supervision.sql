-- What supervision picks from: since when what a case carries is waited for, and what supervision said last of how far it is
-- resolved. The rows are made again from the changes by the step that brings this.

ALTER TABLE cases ADD COLUMN raised_on TEXT NOT NULL DEFAULT ''; -- yyyy-mm-dd; empty when nothing is known of that
ALTER TABLE cases ADD COLUMN resolved TEXT NOT NULL DEFAULT ''; -- a code of RESOLUTIONS; empty while it said nothing

DROP INDEX cases_listed;
CREATE INDEX cases_listed ON cases (
    created_seq, unit, addressee, to_role, state, particular, is_disputed, due, field, competence, session, outcome,
    answer_due, answered_on, told_on, carried_over, closed_on, lead, raised_on, resolved
);
