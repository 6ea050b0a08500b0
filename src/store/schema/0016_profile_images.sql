-- Profile images of accounts, drawn small by this program, so that people are told apart at a
-- glance.
CREATE TABLE profile_images (
    user    INTEGER PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    image   BLOB NOT NULL,                          -- JPEG or PNG
    changed INTEGER NOT NULL
) STRICT;
