-- What was: the figures of each day, which a page cannot count of days gone by, and how many contacts each month had,
-- kept by triggers as other totals are (docs/decisions/0004, 0015).

CREATE TABLE daily_figures (
    day DATE NOT NULL PRIMARY KEY,
    clients BIGINT NOT NULL,
    urgent BIGINT NOT NULL,
    warning BIGINT NOT NULL,
    never_contacted BIGINT NOT NULL,
    high_priority BIGINT
);
CREATE TABLE contact_months (
    month DATE NOT NULL,
    is_confidential BOOLEAN NOT NULL,
    shard BIGINT NOT NULL,
    contacts BIGINT NOT NULL,
    PRIMARY KEY (month, is_confidential, shard)
);
INSERT INTO contact_months (month, is_confidential, shard, contacts)
    SELECT strftime('%Y-%m-01', contact_date), is_confidential, 0, count(*) FROM contact_log GROUP BY 1, 2;
CREATE TRIGGER contact_months_insert AFTER INSERT ON contact_log BEGIN
    INSERT INTO contact_months (month, is_confidential, shard, contacts)
        VALUES (strftime('%Y-%m-01', NEW.contact_date), NEW.is_confidential, 0, 1)
        ON CONFLICT (month, is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
CREATE TRIGGER contact_months_delete AFTER DELETE ON contact_log BEGIN
    INSERT INTO contact_months (month, is_confidential, shard, contacts)
        VALUES (strftime('%Y-%m-01', OLD.contact_date), OLD.is_confidential, 0, -1)
        ON CONFLICT (month, is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
CREATE TRIGGER contact_months_update AFTER UPDATE ON contact_log
WHEN OLD.is_confidential <> NEW.is_confidential OR OLD.contact_date <> NEW.contact_date BEGIN
    INSERT INTO contact_months (month, is_confidential, shard, contacts)
        VALUES (strftime('%Y-%m-01', OLD.contact_date), OLD.is_confidential, 0, -1)
        ON CONFLICT (month, is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
    INSERT INTO contact_months (month, is_confidential, shard, contacts)
        VALUES (strftime('%Y-%m-01', NEW.contact_date), NEW.is_confidential, 0, 1)
        ON CONFLICT (month, is_confidential, shard) DO UPDATE SET contacts = contacts + excluded.contacts;
END;
