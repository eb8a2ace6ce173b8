-- The index of prefixes tripled what each petition writes; a prefix is a range of the words themselves.
-- The words are made again from the changes by a later step.

DROP TABLE petition_words;

CREATE VIRTUAL TABLE petition_words USING fts5 (
    exact,
    folded,
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0'
);
