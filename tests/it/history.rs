//! The history of a record and the audit log in words: each reader is told what they may see, with names as links.

use axum::http::StatusCode;

use crate::world::{Role, World, on_both};

/// A page as people read it: without marks, and with one space between words.
fn read(page: &str) -> String {
    let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
    let words: Vec<&str> = main.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect();
    words.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn edit(world: &World, client: i64, kind: &str) {
    let fields = [("client_name", "Granite Power"), ("client_type", kind)];
    world.post(Role::Plain, &format!("/clients/{client}/edit"), &fields).await.location();
}

async fn link(world: &World, role: Role, client: i64, owner: i64, more: &[(&str, &str)]) {
    let owner = owner.to_string();
    let fields = [&[("owner_id", owner.as_str())], more].concat();
    world.post(role, &format!("/clients/{client}/links/owner"), &fields).await.location();
}

#[tokio::test]
async fn a_history_tells_in_words_what_was_done_the_latest_first() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let owner = world.record("owners", &[("company_name", "Quasar Holdings")]).await;
        edit(world, client, "Utility").await;
        edit(world, client, "Other").await;
        link(world, Role::Plain, client, owner, &[("notes", "by letter")]).await;
        world.contact(Role::Plain, client, 3, &[("summary", "spoke of gabbro"), ("follow_up_needed", "on")]).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        world.post(Role::Team, &format!("/follow-ups/{contact}/completion"), &[]).await.location();
        let removed = world.number("SELECT relationship_id FROM client_owner_relationships");
        let path = format!("/clients/{client}/links/owner/{removed}/delete");
        world.post(Role::Plain, &path, &[]).await.location();
        world.post(Role::Plain, &format!("/clients/{client}/archive"), &[("archived", "on")]).await.location();

        let page = world.page(Role::Plain, &format!("/clients/{client}/history")).await;
        let told = read(&page);
        let sentences = [
            "archived this client",
            "unlinked owner Quasar Holdings",
            "did the follow-up",
            "logged a contact: Phone on 13 November 2026",
            "The plain person linked owner Quasar Holdings",
            "changed Type from Utility to Other",
            "set Type to Utility",
            "added this client",
        ];
        let places: Vec<Option<usize>> = sentences.iter().map(|sentence| told.find(sentence)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {told}");
        assert!(page.contains(&format!("<a href=\"/owners/{owner}\">Quasar Holdings</a>")), "names are links");
        assert!(page.contains("title=\"2026-11-16 "), "exact times are there");
        for name in ["client_type", "contact_log", "_relationships", "last contact up to date"] {
            assert!(!page.contains(name), "{name} is told");
        }
        let of_owner = read(&world.page(Role::Plain, &format!("/owners/{owner}/history")).await);
        assert!(of_owner.contains("unlinked client Granite Power"), "what is gone stays in the history: {of_owner}");
        assert_eq!(world.get(Role::Plain, "/owners/999999/history").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_history_tells_each_reader_what_they_may_see() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let owner = world.record("owners", &[("company_name", "Quasar Holdings")]).await;
        link(world, Role::Confidential, client, owner, &[("is_confidential", "on"), ("notes", "a quiet word")]).await;
        let judged = [("client_priority", "Strategic"), ("relationship_notes", "a judging word")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
        let today = world.days_ago(0);
        let entry = [("meeting_date", &*today), ("discussion", "a word at the table")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        world.contact(Role::Plain, client, 3, &[("summary", "a word made quiet")]).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let plain = world.person(Role::Plain).to_string();
        let hidden = [
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("contacted_by", &plain),
            ("summary", "a word made quiet"),
            ("is_confidential", "on"),
        ];
        world.post(Role::Confidential, &format!("/contacts/{contact}/edit"), &hidden).await.location();
        let of_team = ["Priority", "Strategic", "a judging word", "roundtable", "a word at the table"];
        let confidential = ["linked owner", "a quiet word", "a word made quiet", "logged a contact"];
        for (role, sees_team, sees_confidential) in [
            (Role::Plain, false, false),
            (Role::ReadOnly, false, false),
            (Role::Confidential, false, true),
            (Role::Team, true, false),
            (Role::Admin, true, true),
        ] {
            let told = read(&world.page(role, &format!("/clients/{client}/history")).await);
            for word in of_team {
                assert_eq!(told.contains(word), sees_team, "{role:?} and {word}: {told}");
            }
            for word in confidential {
                assert_eq!(told.contains(word), sees_confidential, "{role:?} and {word}: {told}");
            }
            let of_owner = read(&world.page(role, &format!("/owners/{owner}/history")).await);
            assert_eq!(of_owner.contains("Granite Power"), sees_confidential, "{role:?}: {of_owner}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_history_offers_undo_to_whom_it_belongs_once() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        edit(world, client, "Utility").await;
        let path = format!("/clients/{client}/history");
        let offers = async |role| world.page(role, &path).await.matches("/undo\"").count();
        for (role, count) in [(Role::Plain, 1), (Role::Admin, 1), (Role::Team, 0), (Role::ReadOnlyAdmin, 0)] {
            assert_eq!(offers(role).await, count, "{role:?}");
        }
        let change = world.number("SELECT max(change_id) FROM audit_log WHERE action = 'update'");
        world.post(Role::Plain, &format!("/changes/{change}/undo"), &[]).await.location();
        let page = world.page(Role::Plain, &path).await;
        assert!(!page.contains(&format!("/changes/{change}/undo")), "it is undone");
        let told = read(&page);
        assert!(told.contains("Undone") && told.contains("by undo"), "{told}");
        assert_eq!(offers(Role::Plain).await, 1, "what an undo did can be taken back as well");
        for index in 0..60 {
            edit(world, client, if index % 2 == 0 { "Other" } else { "IPP" }).await;
        }
        assert_eq!(offers(Role::Plain).await, 50);
        let second = read(&world.page(Role::Plain, &format!("{path}?page=2")).await);
        assert!(second.contains("51–63 of 63") && second.contains("added this client"), "{second}");
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_tells_changes_in_words_and_is_narrowed_by_person_record_act_and_day() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let other = world.client("Basalt Energy").await;
        edit(world, client, "Utility").await;
        let owner = world.record("owners", &[("company_name", "Quasar Holdings")]).await;
        link(world, Role::Confidential, client, owner, &[("is_confidential", "on")]).await;
        let [survivor, merged] = [client, other].map(|id| id.to_string());
        let path = format!("/clients/{survivor}/merge");
        world.post(Role::Admin, &path, &[("other", merged.as_str())]).await.location();
        world.post(Role::Admin, "/password", &[("current", "wrong")]).await;

        let page = world.page(Role::Admin, "/admin/audit").await;
        let told = read(&page);
        for sentence in [
            "set Type of Granite Power to Utility",
            "linked Granite Power and owner Quasar Holdings",
            "merged Basalt Energy into Granite Power",
            "added client Basalt Energy",
        ] {
            assert!(told.contains(sentence), "{sentence}: {told}");
        }
        assert!(page.contains(&format!("<a href=\"/clients/{client}\">Granite Power</a>")), "names are links");
        for name in ["client_type", "_relationships", "merged_id", "audit_log"] {
            assert!(!told.contains(name), "{name} is told: {told}");
        }
        let confidential = world.number("SELECT user_id FROM users WHERE username = 'confidential'");
        let narrowed = async |query: String| read(&world.page(Role::Admin, &format!("/admin/audit?{query}")).await);
        let by = narrowed(format!("by={confidential}")).await;
        assert!(by.contains("linked Granite Power") && !by.contains("set Type"), "{by}");
        let of_owner = narrowed("record=quasar".into()).await;
        assert!(of_owner.contains("added owner Quasar") && of_owner.contains("linked Granite Power"), "{of_owner}");
        assert!(!of_owner.contains("set Type") && of_owner.contains("Record: Quasar Holdings"), "{of_owner}");
        assert!(narrowed(format!("record=owners/{owner}")).await.contains("added owner Quasar"));
        let merges = narrowed("act=merge".into()).await;
        assert!(merges.contains("merged Basalt Energy") && !merges.contains("linked Granite"), "{merges}");
        assert!(narrowed("day=2026-11-16".into()).await.contains("set Type of Granite Power"));
        assert!(narrowed("day=2026-11-15".into()).await.contains("There is no such change"));
        assert!(narrowed("record=nowhere".into()).await.contains("No record is called"));
    })
    .await;
}
