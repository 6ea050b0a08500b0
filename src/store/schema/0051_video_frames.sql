-- Frames of videos that browsers have drawn, by their entries. As a checksum, a frame belongs to one
-- content.
CREATE TABLE video_frames (
    node        INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    size_bytes  INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    changed_ns  INTEGER,
    -- The name of the picture among the stored thumbnails.
    picture     TEXT NOT NULL UNIQUE
) STRICT;
