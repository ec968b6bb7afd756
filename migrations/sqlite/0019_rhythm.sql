-- How often the NED Team expects to hear of a client: by its priority, which the firm sets, or of one client alone; and how
-- long nothing is expected. From these, the last and the planned contact follows the day from which a contact is due, so that
-- one index finds, counts and orders who is due on any day. Beside it stands what tells where a client is badly covered.

ALTER TABLE firm ADD COLUMN rhythm_strategic_days INTEGER DEFAULT 30 CHECK (rhythm_strategic_days BETWEEN 1 AND 999);
ALTER TABLE firm ADD COLUMN rhythm_high_days INTEGER DEFAULT 45 CHECK (rhythm_high_days BETWEEN 1 AND 999);
ALTER TABLE firm ADD COLUMN rhythm_medium_days INTEGER DEFAULT 60 CHECK (rhythm_medium_days BETWEEN 1 AND 999);
ALTER TABLE firm ADD COLUMN rhythm_low_days INTEGER DEFAULT 90 CHECK (rhythm_low_days BETWEEN 1 AND 999);
ALTER TABLE firm ADD COLUMN rhythm_opportunistic_days INTEGER CHECK (rhythm_opportunistic_days BETWEEN 1 AND 999);
ALTER TABLE firm ADD COLUMN rhythm_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN rhythm_days INTEGER CHECK (rhythm_days BETWEEN 1 AND 999);
ALTER TABLE clients ADD COLUMN priority_rhythm_days INTEGER;
ALTER TABLE clients ADD COLUMN paused_until DATE;
ALTER TABLE clients ADD COLUMN pause_reason TEXT CHECK ((pause_reason IS NULL) = (paused_until IS NULL));
ALTER TABLE clients ADD COLUMN contact_due_date DATE GENERATED ALWAYS AS (
    CASE WHEN COALESCE(rhythm_days, priority_rhythm_days) IS NOT NULL THEN max(
        COALESCE(date(last_contact_date, '+' || (COALESCE(rhythm_days, priority_rhythm_days) + 1) || ' days'), '0001-01-01'),
        COALESCE(date(next_planned_contact_date, '+1 day'), '0001-01-01'),
        COALESCE(date(paused_until, '+1 day'), '0001-01-01')) END) VIRTUAL;
ALTER TABLE clients ADD COLUMN last_discussed_date DATE;
ALTER TABLE clients ADD COLUMN open_people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN confidential_people BIGINT NOT NULL DEFAULT 0;

CREATE TRIGGER client_rhythm_insert AFTER INSERT ON clients WHEN NEW.client_priority IS NOT NULL BEGIN
    UPDATE clients SET priority_rhythm_days = (SELECT CASE NEW.client_priority WHEN 'Strategic' THEN rhythm_strategic_days
        WHEN 'High' THEN rhythm_high_days WHEN 'Medium' THEN rhythm_medium_days WHEN 'Low' THEN rhythm_low_days
        WHEN 'Opportunistic' THEN rhythm_opportunistic_days END FROM firm) WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_rhythm_update AFTER UPDATE ON clients WHEN OLD.client_priority IS NOT NEW.client_priority BEGIN
    UPDATE clients SET priority_rhythm_days = (SELECT CASE NEW.client_priority WHEN 'Strategic' THEN rhythm_strategic_days
        WHEN 'High' THEN rhythm_high_days WHEN 'Medium' THEN rhythm_medium_days WHEN 'Low' THEN rhythm_low_days
        WHEN 'Opportunistic' THEN rhythm_opportunistic_days END FROM firm) WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER firm_rhythm_update AFTER UPDATE ON firm WHEN OLD.rhythm_strategic_days IS NOT NEW.rhythm_strategic_days
    OR OLD.rhythm_high_days IS NOT NEW.rhythm_high_days OR OLD.rhythm_medium_days IS NOT NEW.rhythm_medium_days
    OR OLD.rhythm_low_days IS NOT NEW.rhythm_low_days
    OR OLD.rhythm_opportunistic_days IS NOT NEW.rhythm_opportunistic_days BEGIN
    UPDATE clients SET priority_rhythm_days = CASE client_priority WHEN 'Strategic' THEN NEW.rhythm_strategic_days
        WHEN 'High' THEN NEW.rhythm_high_days WHEN 'Medium' THEN NEW.rhythm_medium_days WHEN 'Low' THEN NEW.rhythm_low_days
        WHEN 'Opportunistic' THEN NEW.rhythm_opportunistic_days END
    WHERE priority_rhythm_days IS NOT CASE client_priority WHEN 'Strategic' THEN NEW.rhythm_strategic_days
        WHEN 'High' THEN NEW.rhythm_high_days WHEN 'Medium' THEN NEW.rhythm_medium_days WHEN 'Low' THEN NEW.rhythm_low_days
        WHEN 'Opportunistic' THEN NEW.rhythm_opportunistic_days END;
END;
CREATE TRIGGER client_discussed_insert AFTER INSERT ON roundtable_history BEGIN
    UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM roundtable_history
        WHERE client_id = NEW.client_id AND superseded_by IS NULL) WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_discussed_update AFTER UPDATE ON roundtable_history BEGIN
    UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM roundtable_history
        WHERE client_id = clients.client_id AND superseded_by IS NULL) WHERE client_id IN (OLD.client_id, NEW.client_id);
END;
CREATE TRIGGER client_people_insert AFTER INSERT ON client_personnel_relationships BEGIN
    UPDATE clients SET open_people = open_people + (NOT NEW.is_confidential),
        confidential_people = confidential_people + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_people_delete AFTER DELETE ON client_personnel_relationships BEGIN
    UPDATE clients SET open_people = open_people - (NOT OLD.is_confidential),
        confidential_people = confidential_people - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_people_update AFTER UPDATE ON client_personnel_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_people = open_people - (NOT OLD.is_confidential),
        confidential_people = confidential_people - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_people = open_people + (NOT NEW.is_confidential),
        confidential_people = confidential_people + NEW.is_confidential WHERE client_id = NEW.client_id;
END;

UPDATE clients SET
    priority_rhythm_days = (SELECT CASE client_priority WHEN 'Strategic' THEN rhythm_strategic_days
        WHEN 'High' THEN rhythm_high_days WHEN 'Medium' THEN rhythm_medium_days WHEN 'Low' THEN rhythm_low_days
        WHEN 'Opportunistic' THEN rhythm_opportunistic_days END FROM firm),
    last_discussed_date = (SELECT max(meeting_date) FROM roundtable_history
        WHERE client_id = clients.client_id AND superseded_by IS NULL),
    open_people = (SELECT count(*) FROM client_personnel_relationships
        WHERE client_id = clients.client_id AND NOT is_confidential),
    confidential_people = (SELECT count(*) FROM client_personnel_relationships
        WHERE client_id = clients.client_id AND is_confidential);
CREATE INDEX clients_by_due ON clients (is_archived, (contact_due_date IS NULL), contact_due_date, name_key, client_id, priority_rank, client_status, client_type, last_contact_date, next_planned_contact_date);
CREATE INDEX clients_by_pause ON clients (is_archived, paused_until, name_key, client_id);
CREATE INDEX clients_unheld ON clients (is_archived, (mpr_primary_poc IS NULL AND mpr_secondary_poc IS NULL), name_key, client_id);
CREATE INDEX clients_by_people ON clients (is_archived, open_people, name_key, client_id);
CREATE INDEX clients_by_all_people ON clients (is_archived, (open_people + confidential_people), name_key, client_id);
CREATE INDEX clients_by_discussion ON clients (is_archived, (COALESCE(last_discussed_date, '0001-01-01')), name_key, client_id);
CREATE INDEX clients_by_judgement ON clients (is_archived, (COALESCE(assessment_modified_date, '0001-01-01 00:00:00')), name_key, client_id);
