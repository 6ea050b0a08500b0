-- The kind of client behind a change, as people see it: a browser, or the name of a program. Empty
-- for background work.
ALTER TABLE nodes ADD COLUMN modified_how TEXT NOT NULL DEFAULT '';     -- of its live content
ALTER TABLE versions ADD COLUMN written_how TEXT NOT NULL DEFAULT '';
ALTER TABLE activities ADD COLUMN how TEXT NOT NULL DEFAULT '';
