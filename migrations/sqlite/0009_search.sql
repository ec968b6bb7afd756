-- What can be searched, folded into plain words by the program (docs/decisions/0013). The names of all records, which
-- everyone may read, and one index of texts for each class of readers: a shared one would let restricted rows move the
-- order of public hits. The row id is the kind of record in front of its id, so that a hit needs no second look.

CREATE TABLE search_names (
    row_id INTEGER PRIMARY KEY,
    shelf BIGINT NOT NULL,
    name_key TEXT NOT NULL
);
CREATE INDEX search_names_by_key ON search_names (shelf, name_key);
CREATE VIRTUAL TABLE find_names USING fts5 (words, content='', contentless_delete=1, prefix='2 3');
CREATE VIRTUAL TABLE find_public USING fts5 (words, content='', contentless_delete=1, prefix='2 3');
CREATE VIRTUAL TABLE find_confidential USING fts5 (words, content='', contentless_delete=1, prefix='2 3');
CREATE VIRTUAL TABLE find_team USING fts5 (words, content='', contentless_delete=1, prefix='2 3');
-- Words of names by three of their letters, the first and the last ones marked: for typing errors and parts of words.
CREATE TABLE search_terms (
    gram TEXT NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (gram, term)
) WITHOUT ROWID;
-- Contacts have ids by chance; these grow, so that the newest are found first.
CREATE TABLE search_contacts (
    row_id INTEGER PRIMARY KEY,
    contact_id BIGINT NOT NULL UNIQUE
);
