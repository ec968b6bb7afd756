-- What stands beside each kind of record: every link, technologies with their vendors and projects, and the people who
-- look after clients or met someone (product.md §1). One view for each kind, since a question repeats what it names in
-- each part. Confidential rows say so; readers leave them out. Whether an end is past (archived, or a person who left) is
-- looked up only where a question asks for it. A column that names nobody gives a row without an end, which readers leave
-- out: PostgreSQL takes the order of an index into a view only where its parts have no conditions of their own.

CREATE VIEW client_neighbours AS
SELECT client_id AS here_id, 'owner' AS there_kind, owner_id AS there_id, 'client_owner_relationships' AS edge_kind, TRUE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_owner_relationships.client_id) AS here_is_past,
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = client_owner_relationships.owner_id) AS there_is_past
FROM client_owner_relationships
UNION ALL
SELECT client_id, 'project', project_id, 'client_project_relationships', TRUE, relationship_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_project_relationships.client_id),
    (SELECT is_archived FROM projects AS past WHERE past.project_id = client_project_relationships.project_id)
FROM client_project_relationships
UNION ALL
SELECT client_id, 'vendor', vendor_id, 'client_vendor_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_vendor_relationships.client_id),
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = client_vendor_relationships.vendor_id)
FROM client_vendor_relationships
UNION ALL
SELECT client_id, 'operator', operator_id, 'client_operator_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_operator_relationships.client_id),
    (SELECT is_archived FROM operators AS past WHERE past.operator_id = client_operator_relationships.operator_id)
FROM client_operator_relationships
UNION ALL
SELECT client_id, 'personnel', personnel_id, 'client_personnel_relationships', TRUE, role_at_client, NULL, is_primary_contact, is_confidential,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_personnel_relationships.client_id),
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = client_personnel_relationships.personnel_id)
FROM client_personnel_relationships
UNION ALL
SELECT client_id, 'personnel', mpr_primary_poc, 'primary_poc', TRUE, NULL, NULL, FALSE, FALSE,
    is_archived,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.mpr_primary_poc)
FROM clients
UNION ALL
SELECT client_id, 'personnel', mpr_secondary_poc, 'secondary_poc', TRUE, NULL, NULL, FALSE, FALSE,
    is_archived,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.mpr_secondary_poc)
FROM clients
UNION ALL
SELECT client_id, 'personnel', last_contact_by, 'last_contact', TRUE, NULL, last_contact_date, FALSE, FALSE,
    is_archived,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.last_contact_by)
FROM clients;
CREATE VIEW owner_neighbours AS
SELECT owner_id AS here_id, 'client' AS there_kind, client_id AS there_id, 'client_owner_relationships' AS edge_kind, FALSE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = client_owner_relationships.owner_id) AS here_is_past,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_owner_relationships.client_id) AS there_is_past
FROM client_owner_relationships
UNION ALL
SELECT owner_id, 'project', project_id, 'project_owner_relationships', FALSE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = project_owner_relationships.owner_id),
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_owner_relationships.project_id)
FROM project_owner_relationships
UNION ALL
SELECT owner_id, 'vendor', vendor_id, 'owner_vendor_relationships', TRUE, relationship_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = owner_vendor_relationships.owner_id),
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = owner_vendor_relationships.vendor_id)
FROM owner_vendor_relationships;
CREATE VIEW vendor_neighbours AS
SELECT vendor_id AS here_id, 'client' AS there_kind, client_id AS there_id, 'client_vendor_relationships' AS edge_kind, FALSE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = client_vendor_relationships.vendor_id) AS here_is_past,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_vendor_relationships.client_id) AS there_is_past
FROM client_vendor_relationships
UNION ALL
SELECT vendor_id, 'project', project_id, 'project_vendor_relationships', FALSE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = project_vendor_relationships.vendor_id),
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_vendor_relationships.project_id)
FROM project_vendor_relationships
UNION ALL
SELECT vendor_id, 'owner', owner_id, 'owner_vendor_relationships', FALSE, relationship_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = owner_vendor_relationships.vendor_id),
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = owner_vendor_relationships.owner_id)
FROM owner_vendor_relationships
UNION ALL
SELECT vendor_id, 'vendor', supplier_id, 'vendor_supplier_relationships', TRUE, component_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = vendor_supplier_relationships.vendor_id),
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = vendor_supplier_relationships.supplier_id)
FROM vendor_supplier_relationships
UNION ALL
SELECT supplier_id, 'vendor', vendor_id, 'vendor_supplier_relationships', FALSE, component_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = vendor_supplier_relationships.supplier_id),
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = vendor_supplier_relationships.vendor_id)
FROM vendor_supplier_relationships
UNION ALL
SELECT vendor_id, 'technology', product_id, 'products', FALSE, NULL, NULL, FALSE, FALSE,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = products.vendor_id),
    is_archived
FROM products;
CREATE VIEW technology_neighbours AS
SELECT product_id AS here_id, 'vendor' AS there_kind, vendor_id AS there_id, 'products' AS edge_kind, TRUE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, FALSE AS is_confidential,
    is_archived AS here_is_past,
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = products.vendor_id) AS there_is_past
FROM products
UNION ALL
SELECT product_id, 'project', project_id, 'chosen_technology', FALSE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM products AS past WHERE past.product_id = project_vendor_relationships.product_id),
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_vendor_relationships.project_id)
FROM project_vendor_relationships;
CREATE VIEW project_neighbours AS
SELECT project_id AS here_id, 'client' AS there_kind, client_id AS there_id, 'client_project_relationships' AS edge_kind, FALSE AS is_forward,
    relationship_type AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = client_project_relationships.project_id) AS here_is_past,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_project_relationships.client_id) AS there_is_past
FROM client_project_relationships
UNION ALL
SELECT project_id, 'owner', owner_id, 'project_owner_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_owner_relationships.project_id),
    (SELECT is_archived FROM owners_developers AS past WHERE past.owner_id = project_owner_relationships.owner_id)
FROM project_owner_relationships
UNION ALL
SELECT project_id, 'vendor', vendor_id, 'project_vendor_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_vendor_relationships.project_id),
    (SELECT is_archived FROM technology_vendors AS past WHERE past.vendor_id = project_vendor_relationships.vendor_id)
FROM project_vendor_relationships
UNION ALL
SELECT project_id, 'operator', operator_id, 'project_operator_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_operator_relationships.project_id),
    (SELECT is_archived FROM operators AS past WHERE past.operator_id = project_operator_relationships.operator_id)
FROM project_operator_relationships
UNION ALL
SELECT project_id, 'constructor', constructor_id, 'project_constructor_relationships', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_constructor_relationships.project_id),
    (SELECT is_archived FROM constructors AS past WHERE past.constructor_id = project_constructor_relationships.constructor_id)
FROM project_constructor_relationships
UNION ALL
SELECT project_id, 'offtaker', offtaker_id, 'project_offtaker_relationships', TRUE, agreement_type, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_offtaker_relationships.project_id),
    (SELECT is_archived FROM offtakers AS past WHERE past.offtaker_id = project_offtaker_relationships.offtaker_id)
FROM project_offtaker_relationships
UNION ALL
SELECT project_id, 'technology', product_id, 'chosen_technology', TRUE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_vendor_relationships.project_id),
    (SELECT is_archived FROM products AS past WHERE past.product_id = project_vendor_relationships.product_id)
FROM project_vendor_relationships;
CREATE VIEW operator_neighbours AS
SELECT operator_id AS here_id, 'client' AS there_kind, client_id AS there_id, 'client_operator_relationships' AS edge_kind, FALSE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM operators AS past WHERE past.operator_id = client_operator_relationships.operator_id) AS here_is_past,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_operator_relationships.client_id) AS there_is_past
FROM client_operator_relationships
UNION ALL
SELECT operator_id, 'project', project_id, 'project_operator_relationships', FALSE, NULL, NULL, FALSE, is_confidential,
    (SELECT is_archived FROM operators AS past WHERE past.operator_id = project_operator_relationships.operator_id),
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_operator_relationships.project_id)
FROM project_operator_relationships;
CREATE VIEW constructor_neighbours AS
SELECT constructor_id AS here_id, 'project' AS there_kind, project_id AS there_id, 'project_constructor_relationships' AS edge_kind, FALSE AS is_forward,
    CAST(NULL AS TEXT) AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM constructors AS past WHERE past.constructor_id = project_constructor_relationships.constructor_id) AS here_is_past,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_constructor_relationships.project_id) AS there_is_past
FROM project_constructor_relationships;
CREATE VIEW offtaker_neighbours AS
SELECT offtaker_id AS here_id, 'project' AS there_kind, project_id AS there_id, 'project_offtaker_relationships' AS edge_kind, FALSE AS is_forward,
    agreement_type AS detail, CAST(NULL AS DATE) AS edge_date, FALSE AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived FROM offtakers AS past WHERE past.offtaker_id = project_offtaker_relationships.offtaker_id) AS here_is_past,
    (SELECT is_archived FROM projects AS past WHERE past.project_id = project_offtaker_relationships.project_id) AS there_is_past
FROM project_offtaker_relationships;
CREATE VIEW personnel_neighbours AS
SELECT personnel_id AS here_id, 'client' AS there_kind, client_id AS there_id, 'client_personnel_relationships' AS edge_kind, FALSE AS is_forward,
    role_at_client AS detail, CAST(NULL AS DATE) AS edge_date, is_primary_contact AS is_primary, is_confidential AS is_confidential,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = client_personnel_relationships.personnel_id) AS here_is_past,
    (SELECT is_archived FROM clients AS past WHERE past.client_id = client_personnel_relationships.client_id) AS there_is_past
FROM client_personnel_relationships
UNION ALL
SELECT mpr_primary_poc, 'client', client_id, 'primary_poc', FALSE, NULL, NULL, FALSE, FALSE,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.mpr_primary_poc),
    is_archived
FROM clients
UNION ALL
SELECT mpr_secondary_poc, 'client', client_id, 'secondary_poc', FALSE, NULL, NULL, FALSE, FALSE,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.mpr_secondary_poc),
    is_archived
FROM clients
UNION ALL
SELECT last_contact_by, 'client', client_id, 'last_contact', FALSE, NULL, last_contact_date, FALSE, FALSE,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = clients.last_contact_by),
    is_archived
FROM clients
UNION ALL
SELECT contacted_by, 'personnel', contact_person_id, 'met', TRUE, NULL, contact_date, FALSE, is_confidential,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = contact_log.contacted_by),
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = contact_log.contact_person_id)
FROM contact_log
UNION ALL
SELECT contact_person_id, 'personnel', contacted_by, 'met', FALSE, NULL, contact_date, FALSE, is_confidential,
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = contact_log.contact_person_id),
    (SELECT is_archived OR NOT is_active FROM personnel AS past WHERE past.personnel_id = contact_log.contacted_by)
FROM contact_log;
CREATE INDEX contacts_with_person ON contact_log (contacted_by, contact_person_id) WHERE contact_person_id IS NOT NULL;
