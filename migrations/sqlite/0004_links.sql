-- What connects clients, owners, projects, vendors and people; each link once per pair, and it may be confidential (product.md §1).

CREATE TABLE client_owner_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    owner_id INTEGER NOT NULL REFERENCES owners_developers (owner_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (client_id, owner_id, is_confidential)
);
CREATE INDEX client_owner_relationships_back ON client_owner_relationships (owner_id, client_id);
CREATE TABLE client_project_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    relationship_type TEXT CHECK (relationship_type IN ('Lead', 'Partner', 'Consultant', 'Advisor')),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (client_id, project_id, is_confidential)
);
CREATE INDEX client_project_relationships_back ON client_project_relationships (project_id, client_id);
CREATE TABLE client_vendor_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    vendor_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (client_id, vendor_id, is_confidential)
);
CREATE INDEX client_vendor_relationships_back ON client_vendor_relationships (vendor_id, client_id);
CREATE TABLE client_operator_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    operator_id INTEGER NOT NULL REFERENCES operators (operator_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (client_id, operator_id, is_confidential)
);
CREATE INDEX client_operator_relationships_back ON client_operator_relationships (operator_id, client_id);
CREATE TABLE client_personnel_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    personnel_id INTEGER NOT NULL REFERENCES personnel (personnel_id),
    role_at_client TEXT,
    is_primary_contact BOOLEAN NOT NULL DEFAULT FALSE,
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (client_id, personnel_id, is_confidential)
);
CREATE INDEX client_personnel_relationships_back ON client_personnel_relationships (personnel_id, client_id);
CREATE UNIQUE INDEX one_primary_contact ON client_personnel_relationships (client_id, is_confidential) WHERE is_primary_contact;
CREATE TABLE project_owner_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    owner_id INTEGER NOT NULL REFERENCES owners_developers (owner_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (project_id, owner_id, is_confidential)
);
CREATE INDEX project_owner_relationships_back ON project_owner_relationships (owner_id, project_id);
CREATE TABLE project_vendor_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    vendor_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    product_id INTEGER REFERENCES products (product_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (project_id, vendor_id, is_confidential)
);
CREATE INDEX project_vendor_relationships_back ON project_vendor_relationships (vendor_id, project_id);
CREATE INDEX project_vendor_by_product ON project_vendor_relationships (product_id);
CREATE TABLE project_operator_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    operator_id INTEGER NOT NULL REFERENCES operators (operator_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (project_id, operator_id, is_confidential)
);
CREATE INDEX project_operator_relationships_back ON project_operator_relationships (operator_id, project_id);
CREATE TABLE project_constructor_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    constructor_id INTEGER NOT NULL REFERENCES constructors (constructor_id),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (project_id, constructor_id, is_confidential)
);
CREATE INDEX project_constructor_relationships_back ON project_constructor_relationships (constructor_id, project_id);
CREATE TABLE project_offtaker_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (project_id),
    offtaker_id INTEGER NOT NULL REFERENCES offtakers (offtaker_id),
    agreement_type TEXT,
    contracted_volume TEXT,
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (project_id, offtaker_id, is_confidential)
);
CREATE INDEX project_offtaker_relationships_back ON project_offtaker_relationships (offtaker_id, project_id);
CREATE TABLE owner_vendor_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL REFERENCES owners_developers (owner_id),
    vendor_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    relationship_type TEXT CHECK (relationship_type IN ('MOU', 'Development Agreement', 'Delivery Contract', 'Other')),
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (owner_id, vendor_id, is_confidential)
);
CREATE INDEX owner_vendor_relationships_back ON owner_vendor_relationships (vendor_id, owner_id);
CREATE TABLE vendor_supplier_relationships (
    relationship_id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    supplier_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    component_type TEXT,
    notes TEXT,
    sources TEXT,
    is_confidential BOOLEAN NOT NULL DEFAULT FALSE,
    created_date TIMESTAMP NOT NULL,
    UNIQUE (vendor_id, supplier_id, is_confidential),
    CHECK (vendor_id <> supplier_id)
);
CREATE INDEX vendor_supplier_relationships_back ON vendor_supplier_relationships (supplier_id, vendor_id);
-- The projects that a client reaches, directly or through an owner; confidential when any step is.
CREATE VIEW client_project_reach AS
SELECT client_id, project_id, NULL AS owner_id, is_confidential FROM client_project_relationships
UNION ALL
SELECT held.client_id, owned.project_id, held.owner_id, (held.is_confidential OR owned.is_confidential)
FROM client_owner_relationships AS held JOIN project_owner_relationships AS owned ON owned.owner_id = held.owner_id;
-- How many links each client has, kept beside it so that no list counts them: the open ones and the confidential ones.
CREATE TRIGGER client_owner_links_insert AFTER INSERT ON client_owner_relationships BEGIN
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_owner_links_delete AFTER DELETE ON client_owner_relationships BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_owner_links_update AFTER UPDATE ON client_owner_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_project_links_insert AFTER INSERT ON client_project_relationships BEGIN
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_project_links_delete AFTER DELETE ON client_project_relationships BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_project_links_update AFTER UPDATE ON client_project_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_vendor_links_insert AFTER INSERT ON client_vendor_relationships BEGIN
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_vendor_links_delete AFTER DELETE ON client_vendor_relationships BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_vendor_links_update AFTER UPDATE ON client_vendor_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_operator_links_insert AFTER INSERT ON client_operator_relationships BEGIN
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_operator_links_delete AFTER DELETE ON client_operator_relationships BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_operator_links_update AFTER UPDATE ON client_operator_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_personnel_links_insert AFTER INSERT ON client_personnel_relationships BEGIN
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
CREATE TRIGGER client_personnel_links_delete AFTER DELETE ON client_personnel_relationships BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
END;
CREATE TRIGGER client_personnel_links_update AFTER UPDATE ON client_personnel_relationships
WHEN OLD.client_id <> NEW.client_id OR OLD.is_confidential <> NEW.is_confidential BEGIN
    UPDATE clients SET open_links = open_links - (NOT OLD.is_confidential),
        confidential_links = confidential_links - OLD.is_confidential WHERE client_id = OLD.client_id;
    UPDATE clients SET open_links = open_links + (NOT NEW.is_confidential),
        confidential_links = confidential_links + NEW.is_confidential WHERE client_id = NEW.client_id;
END;
