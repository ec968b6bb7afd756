//! Real input: the industry file, and clients as CSV.

use std::path::{Path, PathBuf};

use roundtable::db::write_transaction;
use roundtable::import::{self, Report};

use crate::world::{Role, World, on_both};

fn industry_file() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/nuclear-industry-2025.json");
    assert!(beside.exists(), "the industry file belongs in shared/data beside the repository");
    beside
}

fn import_industry(world: &World) -> Report {
    let text = std::fs::read_to_string(industry_file()).unwrap();
    write_transaction(&mut world.db(), |db| import::industry::run(db, &world.visit(), &text)).unwrap()
}

#[tokio::test]
async fn the_industry_comes_in_whole_and_a_second_run_changes_nothing() {
    on_both(async |world| {
        let report = import_industry(world);
        let records = ["technology_vendors", "products", "owners_developers", "constructors", "offtakers", "projects"];
        let added: usize = records.iter().map(|kind| report.counts(kind).added).sum();
        assert_eq!(added, 57);
        let links = [
            "vendor_supplier_relationships",
            "owner_vendor_relationships",
            "project_vendor_relationships",
            "project_constructor_relationships",
            "project_operator_relationships",
            "project_owner_relationships",
            "project_offtaker_relationships",
        ];
        let taken: usize = links.iter().map(|kind| report.counts(kind).added).sum();
        let refused: usize = links.iter().map(|kind| report.counts(kind).refused).sum();
        // Three slugs are not in the file (bwxt, talen-energy, meta), five name a record of another kind.
        assert_eq!((taken, refused), (25, 8));
        for named in ["bwxt", "talen-energy", "meta", "constellation-energy", "kairos-power", "dow", "shell-plc"] {
            assert!(report.refused.iter().any(|line| line.contains(named)), "{named}: {:?}", report.refused);
        }
        let before = world.number("SELECT count(*) FROM audit_log");
        let again = import_industry(world);
        assert_eq!(records.iter().map(|kind| again.counts(kind).unchanged).sum::<usize>(), 57);
        assert_eq!(world.number("SELECT count(*) FROM audit_log"), before);
    })
    .await;
}

#[tokio::test]
async fn noise_is_cleaned_and_a_value_off_the_list_goes_into_the_notes() {
    on_both(async |world| {
        import_industry(world);
        for table in ["technology_vendors", "products", "owners_developers", "projects", "owner_vendor_relationships"] {
            let query = format!("SELECT count(*) FROM {table} WHERE notes LIKE '%contentReference%' OR sources LIKE '%contentReference%'");
            assert_eq!(world.number(&query), 0, "{table}");
        }
        let licensed = "SELECT count(*) FROM projects WHERE slug = 'hermes-2-oakridge' AND project_status IS NULL \
                        AND notes LIKE '%Project status: Licensed%'";
        assert_eq!(world.number(licensed), 1);
        assert_eq!(world.number("SELECT count(*) FROM products WHERE slug = 'ge-hitachi-bwrx300' AND gross_capacity = 300"), 1);
        let contract = "SELECT count(*) FROM owner_vendor_relationships WHERE relationship_type = 'Delivery Contract'";
        assert_eq!(world.number(contract), 1);
    })
    .await;
}

#[tokio::test]
async fn what_someone_wrote_meanwhile_survives_a_second_import() {
    on_both(async |world| {
        import_industry(world);
        let id = world.number("SELECT vendor_id FROM technology_vendors WHERE slug = 'nuscale-power'");
        let fields = [("vendor_name", "NuScale Power"), ("notes", "our own words")];
        world.post(Role::Plain, &format!("/vendors/{id}/edit"), &fields).await.location();
        import_industry(world);
        assert!(world.page(Role::Plain, &format!("/vendors/{id}")).await.contains("our own words"));
    })
    .await;
}

#[tokio::test]
async fn clients_come_in_with_their_people_and_their_last_contact() {
    on_both(async |world| {
        let day = world.days_ago(12);
        let text = format!(
            "client_name,client_type,mpr_primary_poc,mpr_secondary_poc,last_contact_date,last_contact_type,\
             last_contact_notes,client_priority,notes\n\
             Granite Power,Utility,the TEAM person,The admin person,{day},Phone,a good talk,High,\"two\nlines\"\n\
             ,Utility,,,,,,,\n\
             Slate Energy,Bank,Nobody Known,,,,,,\n"
        );
        let run = || write_transaction(&mut world.db(), |db| import::clients::run(db, &world.visit(), &text)).unwrap();
        let report = run();
        assert_eq!((report.counts("clients").added, report.counts("clients").refused), (2, 1));
        for words in ["line 4", "Bank", "Nobody Known"] {
            assert!(report.refused.iter().any(|line| line.contains(words)), "{words}: {:?}", report.refused);
        }
        let found = world.get(Role::Plain, "/clients/api/search?q=granite").await.json();
        let client = world.get(Role::Team, &format!("/clients/api/{}", found[0]["client_id"])).await.json();
        assert_eq!(client["mpr_primary_poc"], world.person(Role::Team));
        assert_eq!(client["last_contact_date"], day);
        assert_eq!(client["last_contact_notes"], "a good talk");
        assert_eq!(client["client_priority"], "High");
        assert_eq!(run().counts("clients").unchanged, 2);
        assert_eq!(world.number("SELECT count(*) FROM contact_log"), 1);
    })
    .await;
}
