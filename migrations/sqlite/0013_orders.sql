-- The orders of the client list by status and by links: those that everyone may see, and all of them.

CREATE INDEX clients_by_status ON clients (is_archived, (CASE client_status WHEN 'Active' THEN 1 WHEN 'Warm' THEN 2 WHEN 'Cold' THEN 3 WHEN 'Prospective' THEN 4 ELSE 5 END), name_key, client_id);
CREATE INDEX clients_by_links ON clients (is_archived, open_links, name_key, client_id);
CREATE INDEX clients_by_all_links ON clients (is_archived, (open_links + confidential_links), name_key, client_id);
