-- What a change was made with, as people are told it: a browser, or the name of a program. Empty where nobody called.
ALTER TABLE nodes ADD COLUMN modified_how TEXT NOT NULL DEFAULT '';     -- of its live content
ALTER TABLE versions ADD COLUMN written_how TEXT NOT NULL DEFAULT '';
ALTER TABLE activities ADD COLUMN how TEXT NOT NULL DEFAULT '';
