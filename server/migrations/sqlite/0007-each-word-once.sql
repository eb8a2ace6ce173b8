-- A petition's words are indexed once each, and not where they stand: search asks only whether they are
-- there. Pieces of the index are joined later than SQLite would. The words are made again from the
-- changes by a later step.

DROP TABLE petition_words;

CREATE VIRTUAL TABLE petition_words USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    detail = 'none',
    tokenize = "ascii tokenchars '='"
);

INSERT INTO petition_words (petition_words, rank) VALUES ('automerge', 8), ('crisismerge', 64);
