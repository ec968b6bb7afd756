-- Clients, their contact tracking and the contact log. Everything internal about a client is team-only (product.md §2).

CREATE TABLE clients (
    client_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_name TEXT NOT NULL CHECK (client_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    client_type TEXT CHECK (client_type IN ('Utility', 'IPP', 'Government', 'Consulting', 'Other')),
    notes TEXT,
    mpr_primary_poc INTEGER REFERENCES personnel (personnel_id),
    mpr_secondary_poc INTEGER REFERENCES personnel (personnel_id),
    last_contact_date DATE,
    last_contact_type TEXT CHECK (last_contact_type IN ('In-person', 'Phone', 'Email', 'Video', 'Conference')),
    last_contact_by INTEGER REFERENCES personnel (personnel_id),
    last_contact_notes TEXT,
    next_planned_contact_date DATE,
    next_planned_contact_type TEXT CHECK (next_planned_contact_type IN ('In-person', 'Phone', 'Email', 'Video', 'Conference')),
    next_planned_contact_assigned_to INTEGER REFERENCES personnel (personnel_id),
    relationship_strength TEXT CHECK (relationship_strength IN ('Strong', 'Good', 'Needs Attention', 'At Risk', 'New')),
    relationship_notes TEXT,
    client_priority TEXT CHECK (client_priority IN ('Strategic', 'High', 'Medium', 'Low', 'Opportunistic')),
    client_status TEXT CHECK (client_status IN ('Active', 'Warm', 'Cold', 'Prospective')),
    priority_rank INTEGER GENERATED ALWAYS AS (CASE client_priority WHEN 'Strategic' THEN 1 WHEN 'High' THEN 2 WHEN 'Medium' THEN 3 WHEN 'Low' THEN 4 WHEN 'Opportunistic' THEN 5 ELSE 6 END) STORED,
    assessment_version INTEGER NOT NULL DEFAULT 1,
    assessment_modified_date TIMESTAMP,
    open_links BIGINT NOT NULL DEFAULT 0,
    confidential_links BIGINT NOT NULL DEFAULT 0,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    CHECK (mpr_primary_poc <> mpr_secondary_poc)
);
CREATE INDEX clients_by_name ON clients (is_archived, name_key, client_id);
CREATE INDEX clients_by_core ON clients (name_core);
CREATE INDEX clients_by_first_part ON clients ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX clients_by_second_part ON clients ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX clients_by_third_part ON clients ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX clients_by_initials ON clients (name_initials) WHERE name_initials IS NOT NULL;
CREATE INDEX clients_by_silence ON clients (is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id);
CREATE INDEX clients_by_plan ON clients (is_archived, (next_planned_contact_date IS NULL), next_planned_contact_date, name_key, client_id);
CREATE INDEX clients_by_plan_latest ON clients (is_archived, (next_planned_contact_date IS NULL), next_planned_contact_date DESC, name_key, client_id);
CREATE INDEX clients_by_kind ON clients (is_archived, (client_type IS NULL), client_type, name_key, client_id);
CREATE INDEX clients_by_primary_poc ON clients (mpr_primary_poc, is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id, client_type, priority_rank, client_status);
CREATE INDEX clients_by_secondary_poc ON clients (mpr_secondary_poc, is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id, client_type, priority_rank, client_status);
CREATE INDEX clients_by_priority ON clients (is_archived, priority_rank, name_key, client_id);
CREATE INDEX clients_on_agenda ON clients (is_archived, (COALESCE(client_status IN ('Active', 'Warm') OR priority_rank <= 2, FALSE)), priority_rank, name_key, client_id);
CREATE INDEX clients_by_type ON clients (is_archived, client_type, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id);
CREATE INDEX clients_by_standing ON clients (priority_rank, (COALESCE(client_status, '')), (COALESCE(client_type, '')), (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id, is_archived, client_status, client_type);
CREATE INDEX clients_by_next_assigned ON clients (next_planned_contact_assigned_to, is_archived, next_planned_contact_date, name_key, client_id);
CREATE INDEX clients_by_last_by ON clients (last_contact_by);
CREATE TABLE contact_log (
    contact_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    contact_date DATE NOT NULL,
    contact_type TEXT NOT NULL CHECK (contact_type IN ('In-person', 'Phone', 'Email', 'Video', 'Conference')),
    contacted_by INTEGER NOT NULL REFERENCES personnel (personnel_id),
    contact_person_id INTEGER REFERENCES personnel (personnel_id),
    contact_person_freetext TEXT,
    summary TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    follow_up_needed BOOLEAN NOT NULL DEFAULT FALSE,
    follow_up_date DATE,
    follow_up_assigned_to INTEGER REFERENCES personnel (personnel_id),
    follow_up_done BOOLEAN NOT NULL DEFAULT FALSE,
    is_follow_up_open BOOLEAN GENERATED ALWAYS AS (follow_up_needed AND NOT follow_up_done) STORED,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX contacts_of_client ON contact_log (client_id, contact_date, created_date, contact_id);
CREATE INDEX contacts_by_date ON contact_log (contact_date, created_date, contact_id);
CREATE INDEX contacts_by_openness ON contact_log (is_confidential, contact_date, created_date, contact_id);
CREATE INDEX contacts_by_maker ON contact_log (contacted_by, contact_date, created_date, contact_id, contact_type, is_confidential);
CREATE INDEX contacts_by_type ON contact_log (contact_type, contact_date, created_date, contact_id, is_confidential);
CREATE INDEX contacts_by_person ON contact_log (contact_person_id, contact_date, created_date, contact_id);
CREATE INDEX open_follow_ups ON contact_log (is_follow_up_open, (follow_up_date IS NULL), follow_up_date, contact_id);
CREATE INDEX follow_ups_by_person ON contact_log (follow_up_assigned_to, is_follow_up_open, (follow_up_date IS NULL), follow_up_date, contact_id);
CREATE TABLE client_standing_totals (
    client_priority TEXT NOT NULL,
    client_status TEXT NOT NULL,
    shard BIGINT NOT NULL,
    clients BIGINT NOT NULL,
    PRIMARY KEY (client_priority, client_status, shard)
);
CREATE TABLE contact_totals (
    is_confidential BOOLEAN NOT NULL,
    shard BIGINT NOT NULL,
    contacts BIGINT NOT NULL,
    PRIMARY KEY (is_confidential, shard)
);
-- Totals kept by triggers: a page that shows them must not count the whole table. SQLite has one writer at
-- a time, so that one row of each (shard 0) holds up nobody.
CREATE TRIGGER client_standing_insert AFTER INSERT ON clients WHEN NOT NEW.is_archived BEGIN
    INSERT INTO client_standing_totals (client_priority, client_status, shard, clients)
        VALUES (COALESCE(NEW.client_priority, ''), COALESCE(NEW.client_status, ''), 0, 1)
        ON CONFLICT (client_priority, client_status, shard) DO UPDATE SET clients = clients + excluded.clients;
END;
CREATE TRIGGER client_standing_delete AFTER DELETE ON clients WHEN NOT OLD.is_archived BEGIN
    INSERT INTO client_standing_totals (client_priority, client_status, shard, clients)
        VALUES (COALESCE(OLD.client_priority, ''), COALESCE(OLD.client_status, ''), 0, -1)
        ON CONFLICT (client_priority, client_status, shard) DO UPDATE SET clients = clients + excluded.clients;
END;
CREATE TRIGGER client_standing_update AFTER UPDATE ON clients
WHEN OLD.is_archived <> NEW.is_archived OR OLD.client_priority IS NOT NEW.client_priority
    OR OLD.client_status IS NOT NEW.client_status BEGIN
    INSERT INTO client_standing_totals (client_priority, client_status, shard, clients)
        SELECT COALESCE(OLD.client_priority, ''), COALESCE(OLD.client_status, ''), 0, -1 WHERE NOT OLD.is_archived
        ON CONFLICT (client_priority, client_status, shard) DO UPDATE SET clients = clients + excluded.clients;
    INSERT INTO client_standing_totals (client_priority, client_status, shard, clients)
        SELECT COALESCE(NEW.client_priority, ''), COALESCE(NEW.client_status, ''), 0, 1 WHERE NOT NEW.is_archived
        ON CONFLICT (client_priority, client_status, shard) DO UPDATE SET clients = clients + excluded.clients;
END;
CREATE TRIGGER contact_totals_insert AFTER INSERT ON contact_log BEGIN
    INSERT INTO contact_totals (is_confidential, shard, contacts) VALUES (NEW.is_confidential, 0, 1)
        ON CONFLICT (is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
CREATE TRIGGER contact_totals_delete AFTER DELETE ON contact_log BEGIN
    INSERT INTO contact_totals (is_confidential, shard, contacts) VALUES (OLD.is_confidential, 0, -1)
        ON CONFLICT (is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
CREATE TRIGGER contact_totals_update AFTER UPDATE ON contact_log WHEN OLD.is_confidential <> NEW.is_confidential BEGIN
    INSERT INTO contact_totals (is_confidential, shard, contacts) VALUES (OLD.is_confidential, 0, -1)
        ON CONFLICT (is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
    INSERT INTO contact_totals (is_confidential, shard, contacts) VALUES (NEW.is_confidential, 0, 1)
        ON CONFLICT (is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
CREATE TRIGGER clients_counted_insert AFTER INSERT ON clients WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('clients', '', '', 1),
        ('clients', 'client_type', NEW.client_type, 1),
        ('clients', 'mpr_primary_poc', NEW.mpr_primary_poc, 1),
        ('clients', 'mpr_secondary_poc', NEW.mpr_secondary_poc, 1),
        ('clients', 'last_contact_date', NEW.last_contact_date, 1);
END;
CREATE TRIGGER clients_counted_delete AFTER DELETE ON clients WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('clients', '', '', -1),
        ('clients', 'client_type', OLD.client_type, -1),
        ('clients', 'mpr_primary_poc', OLD.mpr_primary_poc, -1),
        ('clients', 'mpr_secondary_poc', OLD.mpr_secondary_poc, -1),
        ('clients', 'last_contact_date', OLD.last_contact_date, -1);
END;
CREATE TRIGGER clients_counted_update AFTER UPDATE ON clients
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.client_type IS NOT NEW.client_type
    OR OLD.mpr_primary_poc IS NOT NEW.mpr_primary_poc
    OR OLD.mpr_secondary_poc IS NOT NEW.mpr_secondary_poc
    OR OLD.last_contact_date IS NOT NEW.last_contact_date BEGIN
    INSERT INTO record_moves VALUES
        ('clients', '', '', OLD.is_archived - NEW.is_archived),
        ('clients', 'client_type', OLD.client_type, OLD.is_archived - 1),
        ('clients', 'client_type', NEW.client_type, 1 - NEW.is_archived),
        ('clients', 'mpr_primary_poc', OLD.mpr_primary_poc, OLD.is_archived - 1),
        ('clients', 'mpr_primary_poc', NEW.mpr_primary_poc, 1 - NEW.is_archived),
        ('clients', 'mpr_secondary_poc', OLD.mpr_secondary_poc, OLD.is_archived - 1),
        ('clients', 'mpr_secondary_poc', NEW.mpr_secondary_poc, 1 - NEW.is_archived),
        ('clients', 'last_contact_date', OLD.last_contact_date, OLD.is_archived - 1),
        ('clients', 'last_contact_date', NEW.last_contact_date, 1 - NEW.is_archived);
END;
