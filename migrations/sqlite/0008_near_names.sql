-- The initials of names (TVA for Tennessee Valley Authority), so that an acronym finds the name it stands for; what is
-- there already gets its initials from the program, in the same transaction.

ALTER TABLE personnel ADD COLUMN name_initials TEXT;
ALTER TABLE technology_vendors ADD COLUMN name_initials TEXT;
ALTER TABLE products ADD COLUMN name_initials TEXT;
ALTER TABLE owners_developers ADD COLUMN name_initials TEXT;
ALTER TABLE projects ADD COLUMN name_initials TEXT;
ALTER TABLE operators ADD COLUMN name_initials TEXT;
ALTER TABLE constructors ADD COLUMN name_initials TEXT;
ALTER TABLE offtakers ADD COLUMN name_initials TEXT;
ALTER TABLE clients ADD COLUMN name_initials TEXT;
CREATE INDEX personnel_by_initials ON personnel (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX technology_vendors_by_initials ON technology_vendors (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX products_by_initials ON products (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX owners_developers_by_initials ON owners_developers (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX projects_by_initials ON projects (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX operators_by_initials ON operators (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX constructors_by_initials ON constructors (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX offtakers_by_initials ON offtakers (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX clients_by_initials ON clients (name_initials) WHERE name_initials IS NOT NULL;
