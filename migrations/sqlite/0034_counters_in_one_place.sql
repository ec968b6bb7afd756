-- Counters are summed by every list: their rows stand in the index itself, so that a sum looks up no row beside it, and a
-- change of a counter writes one page and not two.

CREATE TEMPORARY TABLE counted_before AS SELECT table_name, column_name, value, shard, records FROM record_totals;
DROP TABLE record_totals;
CREATE TABLE record_totals (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    shard BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (table_name, column_name, value, shard)
) WITHOUT ROWID;
INSERT INTO record_totals SELECT table_name, column_name, value, shard, records FROM counted_before;
DROP TABLE counted_before;
