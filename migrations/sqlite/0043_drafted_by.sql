-- What an assistant left in a form is not what its author typed: the form says so when it offers it.

ALTER TABLE drafts ADD COLUMN drafted_by TEXT;
