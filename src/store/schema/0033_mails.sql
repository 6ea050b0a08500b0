-- The outbox. `status`: 1 waits, 2 sent, 3 given up. `content`: the values of the mail's text, as
-- JSON; empty when they are not needed any more, because they may hold links and codes. `due`: the
-- time of the next try or, after the end, the time of the end. `useless_from`: the time from which
-- the mail is useless. `said`: the last reply of the mail server.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT,
    content TEXT NOT NULL,
    status INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    due INTEGER NOT NULL,
    useless_from INTEGER,
    said TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX mails_due ON mails (status, due, id);
CREATE INDEX mails_address ON mails (address, created);

-- Texts of mails that administrators have written. They replace the program's own texts.
CREATE TABLE mail_texts (
    kind INTEGER NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, language)
) STRICT;
