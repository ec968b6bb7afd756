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
    SELECT date_trunc('month', contact_date)::DATE, is_confidential, contact_id % 8, count(*)
    FROM contact_log GROUP BY 1, 2, 3;
CREATE FUNCTION count_contact_months() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    moved RECORD;
BEGIN
    -- The lesser first, or two would wait for each other.
    FOR moved IN
        SELECT date_trunc('month', OLD.contact_date)::DATE AS month, OLD.is_confidential AS confidential, -1 AS change
            WHERE TG_OP <> 'INSERT'
        UNION ALL
        SELECT date_trunc('month', NEW.contact_date)::DATE, NEW.is_confidential, 1 WHERE TG_OP <> 'DELETE'
        ORDER BY month, confidential
    LOOP
        INSERT INTO contact_months AS kept (month, is_confidential, shard, contacts)
            VALUES (moved.month, moved.confidential, COALESCE(NEW.contact_id, OLD.contact_id) % 8, moved.change)
            ON CONFLICT (month, is_confidential, shard) DO UPDATE SET contacts = kept.contacts + moved.change;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER contact_months_change AFTER INSERT OR DELETE ON contact_log
    FOR EACH ROW EXECUTE FUNCTION count_contact_months();
CREATE TRIGGER contact_months_update AFTER UPDATE ON contact_log FOR EACH ROW
    WHEN (OLD.is_confidential <> NEW.is_confidential OR OLD.contact_date <> NEW.contact_date)
    EXECUTE FUNCTION count_contact_months();
