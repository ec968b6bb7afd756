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
