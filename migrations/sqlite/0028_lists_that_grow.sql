-- Lists of values that the firm lets grow: what the forms suggest beside the usual values, one a line, under the name of
-- the field.

ALTER TABLE firm ADD COLUMN company_type TEXT CHECK (company_type <> '');
ALTER TABLE firm ADD COLUMN reactor_type TEXT CHECK (reactor_type <> '');
ALTER TABLE firm ADD COLUMN licensing_approach TEXT CHECK (licensing_approach <> '');
ALTER TABLE firm ADD COLUMN design_status TEXT CHECK (design_status <> '');
ALTER TABLE firm ADD COLUMN sector TEXT CHECK (sector <> '');
