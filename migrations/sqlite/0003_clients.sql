-- Clients, their contact tracking and the contact log. Everything internal about a client is team-only (product.md §2).

CREATE TABLE clients (
    client_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_name TEXT NOT NULL CHECK (client_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
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
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    CHECK (mpr_primary_poc <> mpr_secondary_poc)
);
CREATE INDEX clients_by_name ON clients (is_archived, name_key, client_id);
CREATE INDEX clients_by_core ON clients (name_core);
CREATE INDEX clients_by_last_contact ON clients (is_archived, last_contact_date, name_key);
CREATE INDEX clients_by_next_contact ON clients (is_archived, next_planned_contact_date, name_key);
CREATE INDEX clients_by_silence ON clients (is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id);
CREATE INDEX clients_by_plan ON clients (is_archived, (next_planned_contact_date IS NULL), next_planned_contact_date, name_key, client_id);
CREATE INDEX clients_by_plan_latest ON clients (is_archived, (next_planned_contact_date IS NULL), next_planned_contact_date DESC, name_key, client_id);
CREATE INDEX clients_by_kind ON clients (is_archived, (client_type IS NULL), client_type, name_key, client_id);
CREATE INDEX clients_by_primary_poc ON clients (mpr_primary_poc, is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id);
CREATE INDEX clients_by_secondary_poc ON clients (mpr_secondary_poc, is_archived, (last_contact_date IS NOT NULL), last_contact_date, name_key, client_id);
CREATE INDEX clients_by_priority ON clients (is_archived, priority_rank, name_key, client_id);
CREATE INDEX clients_by_status ON clients (is_archived, client_status, name_key);
CREATE INDEX clients_by_rank_and_silence ON clients (is_archived, priority_rank, last_contact_date);
CREATE INDEX clients_by_status_and_silence ON clients (is_archived, client_status, last_contact_date);
CREATE INDEX clients_by_type ON clients (is_archived, client_type, name_key);
CREATE INDEX clients_by_next_assigned ON clients (next_planned_contact_assigned_to);
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
CREATE INDEX contacts_by_maker ON contact_log (contacted_by, contact_date, created_date, contact_id);
CREATE INDEX contacts_by_person ON contact_log (contact_person_id, contact_date);
CREATE INDEX open_follow_ups ON contact_log (is_follow_up_open, (follow_up_date IS NULL), follow_up_date, contact_id);
CREATE INDEX follow_ups_by_person ON contact_log (follow_up_assigned_to, is_follow_up_open, (follow_up_date IS NULL), follow_up_date, contact_id);
CREATE TABLE client_totals (
    totals_id INTEGER NOT NULL PRIMARY KEY CHECK (totals_id = 1),
    clients INTEGER NOT NULL,
    never_contacted INTEGER NOT NULL
);
CREATE TABLE client_contact_days (
    last_contact_date DATE NOT NULL PRIMARY KEY,
    clients INTEGER NOT NULL
);
CREATE TABLE client_standing_totals (
    client_priority TEXT NOT NULL,
    client_status TEXT NOT NULL,
    clients INTEGER NOT NULL,
    PRIMARY KEY (client_priority, client_status)
);
-- Totals kept by triggers: a page that shows them must not count the whole table.
INSERT INTO client_totals (totals_id, clients, never_contacted) VALUES (1, 0, 0);
CREATE TRIGGER client_totals_insert AFTER INSERT ON clients WHEN NOT NEW.is_archived BEGIN
    UPDATE client_totals SET clients = clients + 1, never_contacted = never_contacted + (NEW.last_contact_date IS NULL);
    INSERT INTO client_contact_days (last_contact_date, clients) SELECT NEW.last_contact_date, 1 WHERE NEW.last_contact_date IS NOT NULL
        ON CONFLICT (last_contact_date) DO UPDATE SET clients = clients + 1;
    INSERT INTO client_standing_totals (client_priority, client_status, clients)
        SELECT COALESCE(NEW.client_priority, ''), COALESCE(NEW.client_status, ''), 1 WHERE TRUE
        ON CONFLICT (client_priority, client_status) DO UPDATE SET clients = clients + 1;
END;
CREATE TRIGGER client_totals_delete AFTER DELETE ON clients WHEN NOT OLD.is_archived BEGIN
    UPDATE client_totals SET clients = clients - 1, never_contacted = never_contacted - (OLD.last_contact_date IS NULL);
    INSERT INTO client_contact_days (last_contact_date, clients) SELECT OLD.last_contact_date, 0 WHERE OLD.last_contact_date IS NOT NULL
        ON CONFLICT (last_contact_date) DO UPDATE SET clients = clients - 1;
    INSERT INTO client_standing_totals (client_priority, client_status, clients)
        SELECT COALESCE(OLD.client_priority, ''), COALESCE(OLD.client_status, ''), 0 WHERE TRUE
        ON CONFLICT (client_priority, client_status) DO UPDATE SET clients = clients - 1;
END;
CREATE TRIGGER client_totals_leave AFTER UPDATE OF is_archived, last_contact_date, client_priority, client_status ON clients WHEN NOT OLD.is_archived BEGIN
    UPDATE client_totals SET clients = clients - 1, never_contacted = never_contacted - (OLD.last_contact_date IS NULL);
    INSERT INTO client_contact_days (last_contact_date, clients) SELECT OLD.last_contact_date, 0 WHERE OLD.last_contact_date IS NOT NULL
        ON CONFLICT (last_contact_date) DO UPDATE SET clients = clients - 1;
    INSERT INTO client_standing_totals (client_priority, client_status, clients)
        SELECT COALESCE(OLD.client_priority, ''), COALESCE(OLD.client_status, ''), 0 WHERE TRUE
        ON CONFLICT (client_priority, client_status) DO UPDATE SET clients = clients - 1;
END;
CREATE TRIGGER client_totals_enter AFTER UPDATE OF is_archived, last_contact_date, client_priority, client_status ON clients WHEN NOT NEW.is_archived BEGIN
    UPDATE client_totals SET clients = clients + 1, never_contacted = never_contacted + (NEW.last_contact_date IS NULL);
    INSERT INTO client_contact_days (last_contact_date, clients) SELECT NEW.last_contact_date, 1 WHERE NEW.last_contact_date IS NOT NULL
        ON CONFLICT (last_contact_date) DO UPDATE SET clients = clients + 1;
    INSERT INTO client_standing_totals (client_priority, client_status, clients)
        SELECT COALESCE(NEW.client_priority, ''), COALESCE(NEW.client_status, ''), 1 WHERE TRUE
        ON CONFLICT (client_priority, client_status) DO UPDATE SET clients = clients + 1;
END;
