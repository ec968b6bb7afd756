-- Documents kept with a client, with one of its contacts, with a project or a meeting. What they hold stands beside the database,
-- under its hash; here is what they are called and who may see them: everyone, confidential access, or the NED Team. A file of
-- a meeting is the team's, one of a contact is the client's too. Ids come by chance. That a file was added is told by the
-- timeline of its client; names are found as texts are, the newest first.

CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    client_id BIGINT REFERENCES clients (client_id),
    contact_id BIGINT REFERENCES contact_log (contact_id),
    project_id BIGINT REFERENCES projects (project_id),
    meeting_id BIGINT REFERENCES meetings (meeting_id),
    file_name TEXT NOT NULL CHECK (file_name <> ''),
    media_type TEXT NOT NULL CHECK (media_type <> ''),
    size_bytes BIGINT NOT NULL CHECK (size_bytes > 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    visibility TEXT NOT NULL CHECK (visibility IN ('open', 'confidential', 'team')),
    version BIGINT NOT NULL DEFAULT 1,
    created_by BIGINT REFERENCES users (user_id),
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    CHECK (CASE WHEN client_id IS NULL THEN 0 ELSE 1 END + CASE WHEN project_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END = 1),
    CHECK (contact_id IS NULL OR (client_id IS NOT NULL AND visibility <> 'team')),
    CHECK (meeting_id IS NULL OR visibility = 'team')
);
CREATE INDEX files_of_client ON files (client_id, visibility, created_date) WHERE client_id IS NOT NULL;
CREATE INDEX files_of_contact ON files (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX files_of_project ON files (project_id, visibility, created_date) WHERE project_id IS NOT NULL;
CREATE INDEX files_of_meeting ON files (meeting_id, created_date) WHERE meeting_id IS NOT NULL;
CREATE INDEX files_by_content ON files (sha256, size_bytes);
CREATE TABLE search_files (
    row_id INTEGER PRIMARY KEY,
    file_id BIGINT NOT NULL UNIQUE
);

CREATE TRIGGER audit_log_tells_of_files AFTER INSERT ON audit_log
WHEN NEW.table_name = 'files' AND NEW.action = 'create' AND json_extract(NEW.changes, '$.client_id[1]') IS NOT NULL BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
    SELECT NEW.audit_id, json_extract(NEW.changes, '$.client_id[1]'), NEW.sensitivity, changes.occurred_date
    FROM changes WHERE changes.change_id = NEW.change_id;
END;
INSERT INTO locks (lock_name) VALUES ('files');
