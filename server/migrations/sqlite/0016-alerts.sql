-- Where devices are sent alerts, and what people were told by them.
CREATE TABLE alert_subscriptions (
    device   INTEGER PRIMARY KEY REFERENCES devices (id),
    endpoint TEXT NOT NULL UNIQUE, -- a browser that somebody else signs in to is that one's
    p256dh   BLOB NOT NULL,
    auth     BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- Stays when a subscription goes: nobody is told twice for having switched alerts off and on.
CREATE TABLE alert_people (
    user     TEXT PRIMARY KEY REFERENCES users (name),
    daily_on TEXT NOT NULL, -- yyyy-mm-dd of the last morning that was looked at; empty before
    news_at  INTEGER NOT NULL -- when news was last told; 0 before
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_papers (
    user   TEXT NOT NULL REFERENCES users (name),
    number INTEGER NOT NULL, -- the document's
    PRIMARY KEY (user, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX papers_by_update ON papers (updated_at);
