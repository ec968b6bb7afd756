-- The market behind the clients: vendors, technologies, owners, projects and the companies around them (product.md §1).

CREATE TABLE technology_vendors (
    vendor_id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor_name TEXT NOT NULL CHECK (vendor_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    UNIQUE (name_key)
);
CREATE INDEX technology_vendors_by_name ON technology_vendors (is_archived, name_key);
CREATE INDEX technology_vendors_by_core ON technology_vendors (name_core);
CREATE INDEX technology_vendors_by_first_part ON technology_vendors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX technology_vendors_by_second_part ON technology_vendors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX technology_vendors_by_third_part ON technology_vendors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX technology_vendors_by_initials ON technology_vendors (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE products (
    product_id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_name TEXT NOT NULL CHECK (product_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    vendor_id INTEGER NOT NULL REFERENCES technology_vendors (vendor_id),
    reactor_type TEXT,
    generation TEXT,
    thermal_capacity DOUBLE CHECK (thermal_capacity > 0),
    gross_capacity DOUBLE CHECK (gross_capacity > 0),
    thermal_efficiency DOUBLE CHECK (thermal_efficiency >= 0 AND thermal_efficiency <= 100),
    burnup DOUBLE CHECK (burnup > 0),
    fuel_type TEXT,
    design_status TEXT,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    UNIQUE (vendor_id, name_key)
);
CREATE INDEX products_by_name ON products (is_archived, name_key);
CREATE INDEX products_by_core ON products (name_core);
CREATE INDEX products_by_first_part ON products ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX products_by_second_part ON products ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX products_by_third_part ON products ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX products_by_initials ON products (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE owners_developers (
    owner_id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_name TEXT NOT NULL CHECK (company_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    company_type TEXT,
    target_customers TEXT,
    engagement_level TEXT CHECK (engagement_level IN ('Intrigued', 'Interested', 'Invested', 'Inservice')),
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX owners_developers_by_name ON owners_developers (is_archived, name_key);
CREATE INDEX owners_developers_by_core ON owners_developers (name_core);
CREATE INDEX owners_developers_by_first_part ON owners_developers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX owners_developers_by_second_part ON owners_developers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX owners_developers_by_third_part ON owners_developers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX owners_developers_by_initials ON owners_developers (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE projects (
    project_id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_name TEXT NOT NULL CHECK (project_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    location TEXT,
    latitude DOUBLE CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE CHECK (longitude BETWEEN -180 AND 180),
    project_status TEXT CHECK (project_status IN ('Conceptual', 'Planning', 'Design', 'Licensing', 'Construction', 'Commissioning', 'Operating', 'Decommissioned', 'Cancelled', 'On Hold')),
    licensing_approach TEXT,
    configuration TEXT,
    project_schedule TEXT,
    target_cod DATE,
    cod DATE,
    firm_involvement TEXT,
    project_health TEXT,
    capex DOUBLE,
    opex DOUBLE,
    fuel_cost DOUBLE,
    lcoe DOUBLE,
    figures_version INTEGER NOT NULL DEFAULT 1,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX projects_by_name ON projects (is_archived, name_key);
CREATE INDEX projects_by_core ON projects (name_core);
CREATE INDEX projects_by_first_part ON projects ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX projects_by_second_part ON projects ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX projects_by_third_part ON projects ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX projects_by_initials ON projects (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE operators (
    operator_id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_name TEXT NOT NULL CHECK (company_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX operators_by_name ON operators (is_archived, name_key);
CREATE INDEX operators_by_core ON operators (name_core);
CREATE INDEX operators_by_first_part ON operators ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX operators_by_second_part ON operators ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX operators_by_third_part ON operators ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX operators_by_initials ON operators (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE constructors (
    constructor_id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_name TEXT NOT NULL CHECK (company_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX constructors_by_name ON constructors (is_archived, name_key);
CREATE INDEX constructors_by_core ON constructors (name_core);
CREATE INDEX constructors_by_first_part ON constructors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX constructors_by_second_part ON constructors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX constructors_by_third_part ON constructors ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX constructors_by_initials ON constructors (name_initials) WHERE name_initials IS NOT NULL;
CREATE TABLE offtakers (
    offtaker_id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_name TEXT NOT NULL CHECK (company_name <> ''),
    name_key TEXT NOT NULL,
    name_core TEXT NOT NULL,
    name_initials TEXT,
    slug TEXT UNIQUE,
    sector TEXT,
    notes TEXT,
    sources TEXT,
    is_archived BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP
);
CREATE INDEX offtakers_by_name ON offtakers (is_archived, name_key);
CREATE INDEX offtakers_by_core ON offtakers (name_core);
CREATE INDEX offtakers_by_first_part ON offtakers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, 1, length(name_core) / 3)));
CREATE INDEX offtakers_by_second_part ON offtakers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 + 1, length(name_core) / 3)));
CREATE INDEX offtakers_by_third_part ON offtakers ((CAST(length(name_core) AS TEXT) || '.' || substr(name_core, length(name_core) / 3 * 2 + 1)));
CREATE INDEX offtakers_by_initials ON offtakers (name_initials) WHERE name_initials IS NOT NULL;
-- How many records that are not archived hold each value of the columns that narrow their list, and, without a column,
-- how many there are: kept by triggers, since a list must not count its table.
CREATE TABLE record_totals (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    shard BIGINT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (table_name, column_name, value, shard)
);
CREATE VIEW record_moves AS SELECT table_name, column_name, value, records AS change FROM record_totals;
CREATE TRIGGER record_moves_count INSTEAD OF INSERT ON record_moves WHEN NEW.value IS NOT NULL BEGIN
    INSERT INTO record_totals (table_name, column_name, value, shard, records)
        VALUES (NEW.table_name, NEW.column_name, NEW.value, 0, NEW.change)
        ON CONFLICT (table_name, column_name, value, shard) DO UPDATE SET records = records + excluded.records;
END;
CREATE TRIGGER personnel_counted_insert AFTER INSERT ON personnel WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('personnel', '', '', 1), ('personnel', 'personnel_type', NEW.personnel_type, 1);
END;
CREATE TRIGGER personnel_counted_delete AFTER DELETE ON personnel WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('personnel', '', '', -1), ('personnel', 'personnel_type', OLD.personnel_type, -1);
END;
CREATE TRIGGER personnel_counted_update AFTER UPDATE ON personnel
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.personnel_type IS NOT NEW.personnel_type BEGIN
    INSERT INTO record_moves VALUES
        ('personnel', '', '', OLD.is_archived - NEW.is_archived),
        ('personnel', 'personnel_type', OLD.personnel_type, OLD.is_archived - 1),
        ('personnel', 'personnel_type', NEW.personnel_type, 1 - NEW.is_archived);
END;
CREATE TRIGGER technology_vendors_counted_insert AFTER INSERT ON technology_vendors WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('technology_vendors', '', '', 1);
END;
CREATE TRIGGER technology_vendors_counted_delete AFTER DELETE ON technology_vendors WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES ('technology_vendors', '', '', -1);
END;
CREATE TRIGGER technology_vendors_counted_update AFTER UPDATE ON technology_vendors
WHEN OLD.is_archived <> NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('technology_vendors', '', '', OLD.is_archived - NEW.is_archived);
END;
CREATE TRIGGER products_counted_insert AFTER INSERT ON products WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('products', '', '', 1),
        ('products', 'reactor_type', NEW.reactor_type, 1),
        ('products', 'design_status', NEW.design_status, 1);
END;
CREATE TRIGGER products_counted_delete AFTER DELETE ON products WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('products', '', '', -1),
        ('products', 'reactor_type', OLD.reactor_type, -1),
        ('products', 'design_status', OLD.design_status, -1);
END;
CREATE TRIGGER products_counted_update AFTER UPDATE ON products
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.reactor_type IS NOT NEW.reactor_type
    OR OLD.design_status IS NOT NEW.design_status BEGIN
    INSERT INTO record_moves VALUES
        ('products', '', '', OLD.is_archived - NEW.is_archived),
        ('products', 'reactor_type', OLD.reactor_type, OLD.is_archived - 1),
        ('products', 'reactor_type', NEW.reactor_type, 1 - NEW.is_archived),
        ('products', 'design_status', OLD.design_status, OLD.is_archived - 1),
        ('products', 'design_status', NEW.design_status, 1 - NEW.is_archived);
END;
CREATE TRIGGER owners_developers_counted_insert AFTER INSERT ON owners_developers WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('owners_developers', '', '', 1),
        ('owners_developers', 'company_type', NEW.company_type, 1),
        ('owners_developers', 'engagement_level', NEW.engagement_level, 1);
END;
CREATE TRIGGER owners_developers_counted_delete AFTER DELETE ON owners_developers WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('owners_developers', '', '', -1),
        ('owners_developers', 'company_type', OLD.company_type, -1),
        ('owners_developers', 'engagement_level', OLD.engagement_level, -1);
END;
CREATE TRIGGER owners_developers_counted_update AFTER UPDATE ON owners_developers
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.company_type IS NOT NEW.company_type
    OR OLD.engagement_level IS NOT NEW.engagement_level BEGIN
    INSERT INTO record_moves VALUES
        ('owners_developers', '', '', OLD.is_archived - NEW.is_archived),
        ('owners_developers', 'company_type', OLD.company_type, OLD.is_archived - 1),
        ('owners_developers', 'company_type', NEW.company_type, 1 - NEW.is_archived),
        ('owners_developers', 'engagement_level', OLD.engagement_level, OLD.is_archived - 1),
        ('owners_developers', 'engagement_level', NEW.engagement_level, 1 - NEW.is_archived);
END;
CREATE TRIGGER projects_counted_insert AFTER INSERT ON projects WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('projects', '', '', 1), ('projects', 'project_status', NEW.project_status, 1);
END;
CREATE TRIGGER projects_counted_delete AFTER DELETE ON projects WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('projects', '', '', -1), ('projects', 'project_status', OLD.project_status, -1);
END;
CREATE TRIGGER projects_counted_update AFTER UPDATE ON projects
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.project_status IS NOT NEW.project_status BEGIN
    INSERT INTO record_moves VALUES
        ('projects', '', '', OLD.is_archived - NEW.is_archived),
        ('projects', 'project_status', OLD.project_status, OLD.is_archived - 1),
        ('projects', 'project_status', NEW.project_status, 1 - NEW.is_archived);
END;
CREATE TRIGGER operators_counted_insert AFTER INSERT ON operators WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('operators', '', '', 1);
END;
CREATE TRIGGER operators_counted_delete AFTER DELETE ON operators WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES ('operators', '', '', -1);
END;
CREATE TRIGGER operators_counted_update AFTER UPDATE ON operators
WHEN OLD.is_archived <> NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('operators', '', '', OLD.is_archived - NEW.is_archived);
END;
CREATE TRIGGER constructors_counted_insert AFTER INSERT ON constructors WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('constructors', '', '', 1);
END;
CREATE TRIGGER constructors_counted_delete AFTER DELETE ON constructors WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES ('constructors', '', '', -1);
END;
CREATE TRIGGER constructors_counted_update AFTER UPDATE ON constructors
WHEN OLD.is_archived <> NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES ('constructors', '', '', OLD.is_archived - NEW.is_archived);
END;
CREATE TRIGGER offtakers_counted_insert AFTER INSERT ON offtakers WHEN NOT NEW.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('offtakers', '', '', 1), ('offtakers', 'sector', NEW.sector, 1);
END;
CREATE TRIGGER offtakers_counted_delete AFTER DELETE ON offtakers WHEN NOT OLD.is_archived BEGIN
    INSERT INTO record_moves VALUES
        ('offtakers', '', '', -1), ('offtakers', 'sector', OLD.sector, -1);
END;
CREATE TRIGGER offtakers_counted_update AFTER UPDATE ON offtakers
WHEN OLD.is_archived <> NEW.is_archived
    OR OLD.sector IS NOT NEW.sector BEGIN
    INSERT INTO record_moves VALUES
        ('offtakers', '', '', OLD.is_archived - NEW.is_archived),
        ('offtakers', 'sector', OLD.sector, OLD.is_archived - 1),
        ('offtakers', 'sector', NEW.sector, 1 - NEW.is_archived);
END;
