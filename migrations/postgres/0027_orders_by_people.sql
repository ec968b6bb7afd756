-- The client list by point of contact, and the contact log by client and by who made the contact: the keys of their names
-- are kept beside each row by triggers, since no index reaches into another table.

ALTER TABLE clients ADD COLUMN poc_key TEXT;
ALTER TABLE contact_log ADD COLUMN client_key TEXT;
ALTER TABLE contact_log ADD COLUMN maker_key TEXT;
UPDATE clients SET poc_key = (SELECT name_key FROM personnel WHERE personnel_id = mpr_primary_poc)
    WHERE mpr_primary_poc IS NOT NULL;
UPDATE contact_log SET client_key = (SELECT name_key FROM clients WHERE clients.client_id = contact_log.client_id),
    maker_key = (SELECT name_key FROM personnel WHERE personnel_id = contacted_by);

CREATE INDEX clients_by_poc ON clients (is_archived, (poc_key IS NULL), poc_key, name_key, client_id);
CREATE INDEX contacts_by_client_name ON contact_log (client_key, contact_date DESC, created_date DESC, contact_id DESC, is_confidential);
CREATE INDEX contacts_by_maker_name ON contact_log (maker_key, contact_date DESC, created_date DESC, contact_id DESC, is_confidential);
DROP INDEX contacts_by_type;
CREATE INDEX contacts_by_type ON contact_log (contact_type, contact_date DESC, created_date DESC, contact_id DESC, is_confidential);

CREATE FUNCTION keep_poc_key() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.poc_key := (SELECT name_key FROM personnel WHERE personnel_id = NEW.mpr_primary_poc);
    RETURN NEW;
END $$;
CREATE TRIGGER poc_key_of_new BEFORE INSERT ON clients FOR EACH ROW
    WHEN (NEW.mpr_primary_poc IS NOT NULL) EXECUTE FUNCTION keep_poc_key();
CREATE TRIGGER poc_key_of_changed BEFORE UPDATE ON clients FOR EACH ROW
    WHEN (NEW.mpr_primary_poc IS DISTINCT FROM OLD.mpr_primary_poc) EXECUTE FUNCTION keep_poc_key();
CREATE FUNCTION keep_client_key() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE contact_log SET client_key = NEW.name_key WHERE client_id = NEW.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER client_key_of_renamed AFTER UPDATE ON clients FOR EACH ROW
    WHEN (NEW.name_key <> OLD.name_key) EXECUTE FUNCTION keep_client_key();
CREATE FUNCTION keep_contact_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.client_key := (SELECT name_key FROM clients WHERE client_id = NEW.client_id);
    NEW.maker_key := (SELECT name_key FROM personnel WHERE personnel_id = NEW.contacted_by);
    RETURN NEW;
END $$;
CREATE TRIGGER keys_of_new_contact BEFORE INSERT ON contact_log FOR EACH ROW EXECUTE FUNCTION keep_contact_keys();
CREATE TRIGGER keys_of_changed_contact BEFORE UPDATE ON contact_log FOR EACH ROW
    WHEN (NEW.client_id <> OLD.client_id OR NEW.contacted_by <> OLD.contacted_by) EXECUTE FUNCTION keep_contact_keys();
CREATE FUNCTION keep_person_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients SET poc_key = NEW.name_key WHERE mpr_primary_poc = NEW.personnel_id;
    UPDATE contact_log SET maker_key = NEW.name_key WHERE contacted_by = NEW.personnel_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_of_renamed_person AFTER UPDATE ON personnel FOR EACH ROW
    WHEN (NEW.name_key <> OLD.name_key) EXECUTE FUNCTION keep_person_keys();
