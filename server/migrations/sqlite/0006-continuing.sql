-- The device of the same user that this one goes on for, as it showed when it was enrolled: what was
-- written there and not sent yet is this one's to send.
ALTER TABLE devices ADD COLUMN continues INTEGER REFERENCES devices (id);
