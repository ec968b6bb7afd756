//! The tables as Diesel knows them: open columns only. Restricted columns of `clients` and `projects` stand in a second
//! `table!` inside the slice that may read them, so that no other query can name them (docs/decisions/0002).

diesel::table! {
    personnel (personnel_id) {
        personnel_id -> BigInt,
        full_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        role -> Nullable<Text>,
        personnel_type -> Text,
        employer -> Nullable<Text>,
        slug -> Nullable<Text>,
        is_active -> Bool,
        notes -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    technology_vendors (vendor_id) {
        vendor_id -> BigInt,
        vendor_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    products (product_id) {
        product_id -> BigInt,
        product_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        vendor_id -> BigInt,
        reactor_type -> Nullable<Text>,
        generation -> Nullable<Text>,
        thermal_capacity -> Nullable<Double>,
        gross_capacity -> Nullable<Double>,
        thermal_efficiency -> Nullable<Double>,
        burnup -> Nullable<Double>,
        fuel_type -> Nullable<Text>,
        design_status -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    owners_developers (owner_id) {
        owner_id -> BigInt,
        company_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        company_type -> Nullable<Text>,
        target_customers -> Nullable<Text>,
        engagement_level -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    projects (project_id) {
        project_id -> BigInt,
        project_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        location -> Nullable<Text>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        project_status -> Nullable<Text>,
        licensing_approach -> Nullable<Text>,
        configuration -> Nullable<Text>,
        project_schedule -> Nullable<Text>,
        target_cod -> Nullable<Date>,
        cod -> Nullable<Date>,
        firm_involvement -> Nullable<Text>,
        project_health -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    operators (operator_id) {
        operator_id -> BigInt,
        company_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    constructors (constructor_id) {
        constructor_id -> BigInt,
        company_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    offtakers (offtaker_id) {
        offtaker_id -> BigInt,
        company_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        sector -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    clients (client_id) {
        client_id -> BigInt,
        client_name -> Text,
        name_key -> Text,
        name_core -> Text,
        name_initials -> Nullable<Text>,
        slug -> Nullable<Text>,
        client_type -> Nullable<Text>,
        notes -> Nullable<Text>,
        mpr_primary_poc -> Nullable<BigInt>,
        mpr_secondary_poc -> Nullable<BigInt>,
        poc_key -> Nullable<Text>,
        last_contact_date -> Nullable<Date>,
        last_contact_type -> Nullable<Text>,
        last_contact_by -> Nullable<BigInt>,
        last_contact_notes -> Nullable<Text>,
        next_planned_contact_date -> Nullable<Date>,
        next_planned_contact_type -> Nullable<Text>,
        next_planned_contact_assigned_to -> Nullable<BigInt>,
        open_links -> BigInt,
        is_archived -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    contact_log (contact_id) {
        contact_id -> BigInt,
        client_id -> BigInt,
        contact_date -> Date,
        contact_type -> Text,
        contacted_by -> BigInt,
        client_key -> Nullable<Text>,
        maker_key -> Nullable<Text>,
        contact_person_id -> Nullable<BigInt>,
        contact_person_freetext -> Nullable<Text>,
        summary -> Nullable<Text>,
        is_confidential -> Bool,
        follow_up_needed -> Bool,
        follow_up_date -> Nullable<Date>,
        follow_up_assigned_to -> Nullable<BigInt>,
        follow_up_done -> Bool,
        is_follow_up_open -> Bool,
        version -> BigInt,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    action_items (item_id) {
        item_id -> BigInt,
        client_id -> BigInt,
        text -> Text,
        due_date -> Nullable<Date>,
        is_open -> Bool,
        item_state -> Text,
        reason -> Nullable<Text>,
        settled_date -> Nullable<Timestamp>,
        version -> BigInt,
        created_by -> Nullable<BigInt>,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    files (file_id) {
        file_id -> BigInt,
        client_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        project_id -> Nullable<BigInt>,
        meeting_id -> Nullable<BigInt>,
        file_name -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        visibility -> Text,
        version -> BigInt,
        created_by -> Nullable<BigInt>,
        created_date -> Timestamp,
        modified_date -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_owner_relationships (relationship_id) {
        relationship_id -> BigInt,
        client_id -> BigInt,
        owner_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    client_project_relationships (relationship_id) {
        relationship_id -> BigInt,
        client_id -> BigInt,
        project_id -> BigInt,
        relationship_type -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    client_vendor_relationships (relationship_id) {
        relationship_id -> BigInt,
        client_id -> BigInt,
        vendor_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    client_operator_relationships (relationship_id) {
        relationship_id -> BigInt,
        client_id -> BigInt,
        operator_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    client_personnel_relationships (relationship_id) {
        relationship_id -> BigInt,
        client_id -> BigInt,
        personnel_id -> BigInt,
        role_at_client -> Nullable<Text>,
        is_primary_contact -> Bool,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    project_owner_relationships (relationship_id) {
        relationship_id -> BigInt,
        project_id -> BigInt,
        owner_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    project_vendor_relationships (relationship_id) {
        relationship_id -> BigInt,
        project_id -> BigInt,
        vendor_id -> BigInt,
        product_id -> Nullable<BigInt>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    project_operator_relationships (relationship_id) {
        relationship_id -> BigInt,
        project_id -> BigInt,
        operator_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    project_constructor_relationships (relationship_id) {
        relationship_id -> BigInt,
        project_id -> BigInt,
        constructor_id -> BigInt,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    project_offtaker_relationships (relationship_id) {
        relationship_id -> BigInt,
        project_id -> BigInt,
        offtaker_id -> BigInt,
        agreement_type -> Nullable<Text>,
        contracted_volume -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    owner_vendor_relationships (relationship_id) {
        relationship_id -> BigInt,
        owner_id -> BigInt,
        vendor_id -> BigInt,
        relationship_type -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    vendor_supplier_relationships (relationship_id) {
        relationship_id -> BigInt,
        vendor_id -> BigInt,
        supplier_id -> BigInt,
        component_type -> Nullable<Text>,
        notes -> Nullable<Text>,
        sources -> Nullable<Text>,
        is_confidential -> Bool,
        created_date -> Timestamp,
    }
}

diesel::table! {
    client_project_reach (client_id, project_id) {
        client_id -> BigInt,
        project_id -> BigInt,
        owner_id -> Nullable<BigInt>,
        is_confidential -> Bool,
    }
}
