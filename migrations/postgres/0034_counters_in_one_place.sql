-- Counters are summed by every list and change with every record: with room on their pages, a change writes no index.

ALTER TABLE record_totals SET (fillfactor = 50);
