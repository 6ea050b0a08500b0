-- Names of contents. Retention leaves versions with a name.

ALTER TABLE versions ADD COLUMN name TEXT NOT NULL DEFAULT '';   -- given by somebody; empty without one
-- The name of the current content, which it keeps when it becomes a version.
ALTER TABLE promotions ADD COLUMN name TEXT NOT NULL DEFAULT '';
