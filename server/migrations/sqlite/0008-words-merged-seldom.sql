-- Pieces of the index of words are joined when sixty-four lie side by side, and not a little with each
-- commit, so that what a commit adds is rewritten less often.
INSERT INTO petition_words (petition_words, rank) VALUES ('automerge', 0), ('crisismerge', 64);

-- A digest of what the index holds of a petition: an edit that changes none of its words leaves the
-- index alone.
ALTER TABLE petitions ADD COLUMN words_digest INTEGER;
