-- How often the NED Team expects to hear of a client: by its priority, which the firm sets, or of one client alone; and how
-- long nothing is expected. From these, the last and the planned contact follows the day from which a contact is due, so that
-- one index finds, counts and orders who is due on any day. Beside it stands what tells where a client is badly covered.

ALTER TABLE firm
    ADD COLUMN rhythm_strategic_days BIGINT DEFAULT 30 CHECK (rhythm_strategic_days BETWEEN 1 AND 999),
    ADD COLUMN rhythm_high_days BIGINT DEFAULT 45 CHECK (rhythm_high_days BETWEEN 1 AND 999),
    ADD COLUMN rhythm_medium_days BIGINT DEFAULT 60 CHECK (rhythm_medium_days BETWEEN 1 AND 999),
    ADD COLUMN rhythm_low_days BIGINT DEFAULT 90 CHECK (rhythm_low_days BETWEEN 1 AND 999),
    ADD COLUMN rhythm_opportunistic_days BIGINT CHECK (rhythm_opportunistic_days BETWEEN 1 AND 999),
    ADD COLUMN rhythm_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clients
    ADD COLUMN rhythm_days BIGINT CHECK (rhythm_days BETWEEN 1 AND 999),
    ADD COLUMN priority_rhythm_days BIGINT,
    ADD COLUMN paused_until DATE,
    ADD COLUMN pause_reason TEXT CHECK ((pause_reason IS NULL) = (paused_until IS NULL)),
    ADD COLUMN contact_due_date DATE GENERATED ALWAYS AS (
        CASE WHEN COALESCE(rhythm_days, priority_rhythm_days) IS NOT NULL THEN GREATEST(
            COALESCE(last_contact_date + CAST(COALESCE(rhythm_days, priority_rhythm_days) + 1 AS INTEGER), DATE '0001-01-01'),
            COALESCE(next_planned_contact_date + 1, DATE '0001-01-01'),
            COALESCE(paused_until + 1, DATE '0001-01-01')) END) STORED,
    ADD COLUMN last_discussed_date DATE,
    ADD COLUMN open_people BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN confidential_people BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION rhythm_of_priority(priority TEXT, firm firm) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE priority WHEN 'Strategic' THEN firm.rhythm_strategic_days WHEN 'High' THEN firm.rhythm_high_days
        WHEN 'Medium' THEN firm.rhythm_medium_days WHEN 'Low' THEN firm.rhythm_low_days
        WHEN 'Opportunistic' THEN firm.rhythm_opportunistic_days END
$$;
CREATE FUNCTION follow_rhythm() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    held firm;
BEGIN
    -- Held, so that whoever changes the rhythm meanwhile finds the client with its new priority.
    SELECT * INTO held FROM firm FOR SHARE;
    NEW.priority_rhythm_days := rhythm_of_priority(NEW.client_priority, held);
    RETURN NEW;
END $$;
CREATE TRIGGER client_rhythm_insert BEFORE INSERT ON clients FOR EACH ROW
    WHEN (NEW.client_priority IS NOT NULL) EXECUTE FUNCTION follow_rhythm();
CREATE TRIGGER client_rhythm_update BEFORE UPDATE ON clients FOR EACH ROW
    WHEN (OLD.client_priority IS DISTINCT FROM NEW.client_priority) EXECUTE FUNCTION follow_rhythm();
CREATE FUNCTION spread_rhythm() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients SET priority_rhythm_days = rhythm_of_priority(client_priority, NEW)
    WHERE priority_rhythm_days IS DISTINCT FROM rhythm_of_priority(client_priority, NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER firm_rhythm_update AFTER UPDATE ON firm FOR EACH ROW
    WHEN ((OLD.rhythm_strategic_days, OLD.rhythm_high_days, OLD.rhythm_medium_days, OLD.rhythm_low_days,
        OLD.rhythm_opportunistic_days) IS DISTINCT FROM (NEW.rhythm_strategic_days, NEW.rhythm_high_days,
        NEW.rhythm_medium_days, NEW.rhythm_low_days, NEW.rhythm_opportunistic_days))
    EXECUTE FUNCTION spread_rhythm();
CREATE FUNCTION note_discussion() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients SET last_discussed_date = (SELECT max(meeting_date) FROM roundtable_history
        WHERE client_id = clients.client_id AND superseded_by IS NULL)
    WHERE client_id = NEW.client_id OR (TG_OP = 'UPDATE' AND client_id = OLD.client_id);
    RETURN NULL;
END $$;
CREATE TRIGGER client_discussed AFTER INSERT OR UPDATE ON roundtable_history
    FOR EACH ROW EXECUTE FUNCTION note_discussion();
CREATE FUNCTION count_client_person(client BIGINT, confidential BOOLEAN, change BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    IF confidential THEN
        UPDATE clients SET confidential_people = confidential_people + change WHERE client_id = client;
    ELSE
        UPDATE clients SET open_people = open_people + change WHERE client_id = client;
    END IF;
END $$;
CREATE FUNCTION count_client_people() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.client_id, OLD.is_confidential) = (NEW.client_id, NEW.is_confidential) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN PERFORM count_client_person(OLD.client_id, OLD.is_confidential, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_client_person(NEW.client_id, NEW.is_confidential, 1); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER client_people_change AFTER INSERT OR DELETE OR UPDATE ON client_personnel_relationships
    FOR EACH ROW EXECUTE FUNCTION count_client_people();

UPDATE clients SET
    priority_rhythm_days = (SELECT rhythm_of_priority(client_priority, firm) FROM firm),
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
