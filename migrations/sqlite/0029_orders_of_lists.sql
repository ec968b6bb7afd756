-- The orders of the market's lists and of the people, either way round with what is empty at the end, and the values that
-- they are narrowed to: none of them sorts or reads through its table.

CREATE INDEX owners_developers_by_company_type ON owners_developers (is_archived, (company_type IS NULL), company_type, name_key, owner_id);
CREATE INDEX owners_developers_by_company_type_down ON owners_developers (is_archived, (company_type IS NULL), company_type DESC, name_key DESC, owner_id DESC);
CREATE INDEX products_by_reactor_type ON products (is_archived, (reactor_type IS NULL), reactor_type, name_key, product_id);
CREATE INDEX products_by_reactor_type_down ON products (is_archived, (reactor_type IS NULL), reactor_type DESC, name_key DESC, product_id DESC);
CREATE INDEX products_by_thermal_capacity ON products (is_archived, (thermal_capacity IS NULL), thermal_capacity, name_key, product_id);
CREATE INDEX products_by_thermal_capacity_down ON products (is_archived, (thermal_capacity IS NULL), thermal_capacity DESC, name_key DESC, product_id DESC);
CREATE INDEX products_by_gross_capacity ON products (is_archived, (gross_capacity IS NULL), gross_capacity, name_key, product_id);
CREATE INDEX products_by_gross_capacity_down ON products (is_archived, (gross_capacity IS NULL), gross_capacity DESC, name_key DESC, product_id DESC);
CREATE INDEX products_by_design_status ON products (is_archived, (design_status IS NULL), design_status, name_key, product_id);
CREATE INDEX products_by_design_status_down ON products (is_archived, (design_status IS NULL), design_status DESC, name_key DESC, product_id DESC);
CREATE INDEX projects_by_location ON projects (is_archived, (location IS NULL), location, name_key, project_id);
CREATE INDEX projects_by_location_down ON projects (is_archived, (location IS NULL), location DESC, name_key DESC, project_id DESC);
CREATE INDEX projects_by_target_cod ON projects (is_archived, (target_cod IS NULL), target_cod, name_key, project_id);
CREATE INDEX projects_by_target_cod_down ON projects (is_archived, (target_cod IS NULL), target_cod DESC, name_key DESC, project_id DESC);
CREATE INDEX offtakers_by_sector ON offtakers (is_archived, (sector IS NULL), sector, name_key, offtaker_id);
CREATE INDEX offtakers_by_sector_down ON offtakers (is_archived, (sector IS NULL), sector DESC, name_key DESC, offtaker_id DESC);
CREATE INDEX personnel_by_role ON personnel (is_archived, (role IS NULL), role, name_key, personnel_id);
CREATE INDEX personnel_by_role_down ON personnel (is_archived, (role IS NULL), role DESC, name_key DESC, personnel_id DESC);
CREATE INDEX personnel_by_employer ON personnel (is_archived, (employer IS NULL), employer, name_key, personnel_id);
CREATE INDEX personnel_by_employer_down ON personnel (is_archived, (employer IS NULL), employer DESC, name_key DESC, personnel_id DESC);
CREATE INDEX owners_developers_by_engagement_level ON owners_developers (is_archived, (CASE engagement_level WHEN 'Intrigued' THEN 1 WHEN 'Interested' THEN 2 WHEN 'Invested' THEN 3 WHEN 'Inservice' THEN 4 ELSE 99 END), name_key, owner_id);
CREATE INDEX owners_developers_by_engagement_level_down ON owners_developers (is_archived, (CASE engagement_level WHEN 'Intrigued' THEN 1 WHEN 'Interested' THEN 2 WHEN 'Invested' THEN 3 WHEN 'Inservice' THEN 4 ELSE 0 END) DESC, name_key DESC, owner_id DESC);
CREATE INDEX projects_by_project_status ON projects (is_archived, (CASE project_status WHEN 'Conceptual' THEN 1 WHEN 'Planning' THEN 2 WHEN 'Design' THEN 3 WHEN 'Licensing' THEN 4 WHEN 'Construction' THEN 5 WHEN 'Commissioning' THEN 6 WHEN 'Operating' THEN 7 WHEN 'Decommissioned' THEN 8 WHEN 'Cancelled' THEN 9 WHEN 'On Hold' THEN 10 ELSE 99 END), name_key, project_id);
CREATE INDEX projects_by_project_status_down ON projects (is_archived, (CASE project_status WHEN 'Conceptual' THEN 1 WHEN 'Planning' THEN 2 WHEN 'Design' THEN 3 WHEN 'Licensing' THEN 4 WHEN 'Construction' THEN 5 WHEN 'Commissioning' THEN 6 WHEN 'Operating' THEN 7 WHEN 'Decommissioned' THEN 8 WHEN 'Cancelled' THEN 9 WHEN 'On Hold' THEN 10 ELSE 0 END) DESC, name_key DESC, project_id DESC);
CREATE INDEX personnel_by_personnel_type ON personnel (is_archived, (CASE personnel_type WHEN 'Internal' THEN 1 WHEN 'External' THEN 2 ELSE 99 END), name_key, personnel_id);
CREATE INDEX personnel_by_personnel_type_down ON personnel (is_archived, (CASE personnel_type WHEN 'Internal' THEN 1 WHEN 'External' THEN 2 ELSE 0 END) DESC, name_key DESC, personnel_id DESC);
CREATE INDEX owners_developers_of_company_type ON owners_developers (is_archived, company_type, name_key, owner_id);
CREATE INDEX owners_developers_of_engagement_level ON owners_developers (is_archived, engagement_level, name_key, owner_id);
CREATE INDEX products_of_reactor_type ON products (is_archived, reactor_type, name_key, product_id);
CREATE INDEX products_of_design_status ON products (is_archived, design_status, name_key, product_id);
CREATE INDEX projects_of_project_status ON projects (is_archived, project_status, name_key, project_id);
CREATE INDEX offtakers_of_sector ON offtakers (is_archived, sector, name_key, offtaker_id);
