//! Two records that are one: archived, deleted, merged and parted again, with links of every kind in the way.

use axum::http::StatusCode;
use regex::Regex;
use roundtable::closed_list::ClosedList;
use roundtable::links::{Direction, LinkEnd, LinkKind};
use roundtable::records::RecordKind;

use crate::world::{Role, World, on_both};

/// Adds a record of any kind under that name.
async fn add(world: &World, end: RecordKind, name: &str) -> i64 {
    let confirmed = ("name_confirmed", "on");
    match end {
        RecordKind::Client => {
            world.post(Role::Plain, "/clients/new", &[("client_name", name), confirmed]).await.new_id()
        }
        RecordKind::Technology => {
            let vendor = Box::pin(add(world, RecordKind::Vendor, &format!("{name} Vendor"))).await.to_string();
            world.record("technologies", &[("product_name", name), ("vendor_id", &vendor), confirmed]).await
        }
        kind => {
            let fields = [(kind.name_column(), name), ("personnel_type", "External"), ("is_active", "on"), confirmed];
            world.record(kind.path(), &fields).await
        }
    }
}

/// Links a record of one place to another, with notes by which the link is known.
async fn link(world: &World, place: LinkEnd, here: i64, there: i64, notes: &str) {
    let there = there.to_string();
    let role = place.kind.role().map_or("notes", |role| role.name);
    let word = match place.kind {
        LinkKind::ClientProject => "Lead",
        LinkKind::OwnerVendor => "MOU",
        _ => notes,
    };
    let path = format!("/{}/{here}/links/{}", place.here().path(), place.segment());
    let fields = [(place.field(), there.as_str()), (role, word), ("notes", notes)];
    let answer = world.post(Role::Admin, &path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

/// Every row that a merge may touch, as text.
fn everything(world: &World) -> Vec<String> {
    let mut rows = Vec::new();
    for kind in LinkKind::ALL {
        let [from, to] = [Direction::From, Direction::To].map(|direction| LinkEnd { kind: *kind, direction });
        let columns = format!("relationship_id || ' ' || {} || ' ' || {}", from.own_column(), to.own_column());
        rows.extend(
            world
                .texts(&format!("SELECT '{kind} ' || {columns} || COALESCE(notes, '') || is_confidential FROM {kind}")),
        );
    }
    for (table, columns) in [
        (
            "clients",
            "client_id || client_name || COALESCE(notes, '-') || is_archived || COALESCE(mpr_primary_poc, 0) || ' ' \
             || COALESCE(mpr_secondary_poc, 0) || COALESCE(CAST(last_contact_date AS TEXT), '-') \
             || COALESCE(CAST(next_planned_contact_date AS TEXT), '-') || COALESCE(client_priority, '-')",
        ),
        (
            "contact_log",
            "contact_id || ' ' || client_id || ' ' || contacted_by || ' ' || COALESCE(contact_person_id, 0) \
             || ' ' || COALESCE(follow_up_assigned_to, 0)",
        ),
        ("roundtable_history", "history_id || ' ' || client_id"),
        ("products", "product_id || ' ' || vendor_id || is_archived"),
        ("project_vendor_relationships", "relationship_id || ' ' || COALESCE(product_id, 0)"),
        ("client_personnel_relationships", "relationship_id || ' ' || is_primary_contact"),
        ("projects", "project_id || COALESCE(location, '-') || COALESCE(CAST(capex AS TEXT), '-') || is_archived"),
        ("users", "user_id || ' ' || COALESCE(personnel_id, 0)"),
        ("personnel", "personnel_id || is_archived"),
    ] {
        rows.extend(world.texts(&format!("SELECT '{table} ' || {columns} FROM {table}")));
    }
    rows.sort();
    rows
}

/// The fields in which a page asks which of two links stays.
fn decisions(page: &str) -> Vec<String> {
    let field = Regex::new(r#"name="(keep-[^"]+)" value="ours""#).unwrap();
    field.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

async fn merge(world: &World, end: RecordKind, survivor: i64, merged: i64, keep: &str) {
    let path = format!("/{}/{survivor}/merge", end.path());
    let fields = decisions(&world.page(Role::Admin, &format!("{path}?other={merged}")).await);
    let other = merged.to_string();
    let mut form = vec![("other", other.as_str())];
    form.extend(fields.iter().map(|field| (field.as_str(), keep)));
    let answer = world.post(Role::Admin, &path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

async fn undo_last(world: &World) -> StatusCode {
    let id = world.number("SELECT max(merge_id) FROM merges");
    world.post(Role::Admin, &format!("/admin/merges/{id}/undo"), &[]).await.status
}

#[tokio::test]
async fn every_kind_is_archived_kept_from_deletion_merged_and_parted_with_links_of_every_kind() {
    on_both(async |world| {
        for end in RecordKind::ALL.iter().copied() {
            let (stays, goes) = (add(world, end, "Élan Works").await, add(world, end, "Elan Works, Inc.").await);
            let path = format!("/{}/{goes}", end.path());
            for place in LinkEnd::of(end) {
                let name = |word: &str| format!("{word} {} of {}", place.segment(), end.plural());
                let shared = add(world, place.there(), &name("Shared")).await;
                let alone = add(world, place.there(), &name("Alone")).await;
                link(world, place, stays, shared, "ours").await;
                link(world, place, goes, shared, "theirs").await;
                link(world, place, goes, alone, "alone").await;
            }
            for archived in ["on", ""] {
                world.post(Role::Plain, &format!("{path}/archive"), &[("archived", archived)]).await.location();
            }
            let held = !LinkEnd::of(end).is_empty();
            let refused = world.post(Role::Admin, &format!("{path}/delete"), &[]).await.status;
            if held {
                assert_eq!(refused, StatusCode::CONFLICT, "{end:?}");
            } else {
                // A technology has no link of its own; it is made again for the merge.
                assert_eq!(refused, StatusCode::SEE_OTHER, "{end:?}");
                continue;
            }
            let before = everything(world);
            let places = LinkEnd::of(end).len();
            let preview = world.page(Role::Admin, &format!("/{}/{stays}/merge?other={goes}", end.path())).await;
            assert_eq!(decisions(&preview).len(), places, "{end:?}: one clash at each place");
            let undecided = world
                .post(Role::Admin, &format!("/{}/{stays}/merge", end.path()), &[("other", &goes.to_string())])
                .await;
            assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(undecided.body.contains("Decide which link stays"));
            assert_eq!(everything(world), before, "nothing moves before it is decided");
            for (keep, lost) in [("ours", "theirs"), ("theirs", "ours")] {
                merge(world, end, stays, goes, keep).await;
                for place in LinkEnd::of(end) {
                    let (table, column) = (place.kind, place.own_column());
                    let of = |id: i64, more: &str| {
                        world.number(&format!("SELECT count(*) FROM {table} WHERE {column} = {id}{more}"))
                    };
                    assert_eq!((of(stays, ""), of(goes, "")), (2, 0), "{table} of {end:?}");
                    assert_eq!(of(stays, &format!(" AND notes = '{keep}'")), 1, "{table} of {end:?}");
                    assert_eq!(of(stays, &format!(" AND notes = '{lost}'")), 0, "{table} of {end:?}");
                }
                let page = world.page(Role::ReadOnly, &path).await;
                assert!(page.contains("Merged into") && page.contains("Archived"), "{end:?}");
                assert!(
                    world.number("SELECT count(*) FROM audit_log WHERE table_name = 'merges' AND action = 'create'")
                        > 0
                );
                assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
                assert_eq!(everything(world), before, "{end:?} after keeping {keep} is undone");
                assert_eq!(undo_last(world).await, StatusCode::CONFLICT, "a merge is undone once");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn contacts_entries_plans_and_judgements_of_a_client_move_and_come_back() {
    on_both(async |world| {
        let (stays, goes) = (
            add(world, RecordKind::Client, "Granite Power").await,
            add(world, RecordKind::Client, "Granite Pwr").await,
        );
        world.contact(Role::Plain, stays, 40, &[]).await;
        world.contact(Role::Confidential, goes, 10, &[("is_confidential", "on"), ("summary", "quiet words")]).await;
        let entry = [("meeting_date", &*world.days_ago(3)), ("next_steps", "words of the other")];
        world.post(Role::Team, &format!("/crm/roundtable/{goes}"), &entry).await.location();
        world.post(Role::Team, &format!("/clients/{goes}/assessment"), &[("client_priority", "High")]).await.location();
        world
            .post(
                Role::Plain,
                &format!("/clients/{goes}/edit"),
                &[("client_name", "Granite Pwr"), ("notes", "known well")],
            )
            .await
            .location();
        let before = everything(world);
        merge(world, RecordKind::Client, stays, goes, "ours").await;
        let page = world.page(Role::Admin, &format!("/clients/{stays}")).await;
        for words in ["quiet words", "words of the other", "known well", "High", "10 days ago"] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!world.page(Role::Plain, &format!("/clients/{stays}")).await.contains("quiet words"));
        assert_eq!(
            world.number(&format!(
                "SELECT count(*) FROM clients WHERE client_id = {goes} AND last_contact_date IS NULL"
            )),
            1
        );
        // What was written after the merge stays where it was written.
        world
            .post(
                Role::Plain,
                &format!("/clients/{stays}/edit"),
                &[("client_name", "Granite Power"), ("notes", "known better")],
            )
            .await
            .location();
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        let after = everything(world);
        let changed: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(changed.len() == 1 && changed[0].contains("known better"), "{changed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_reason_is_not_given_for_the_judgement_of_another() {
    on_both(async |world| {
        let judged = async |name: &str, fields: &[(&str, &str)]| {
            let id = add(world, RecordKind::Client, name).await;
            world.post(Role::Team, &format!("/clients/{id}/assessment"), fields).await.location();
            id
        };
        let why = ("assessment_reason", "Lost two tenders");
        let stays = judged("Granite Power", &[("client_priority", "High")]).await;
        let goes = judged("Cedar Grid", &[("client_priority", "Low"), ("client_status", "Cold"), why]).await;
        merge(world, RecordKind::Client, stays, goes, "ours").await;
        let page = world.page(Role::Team, &format!("/clients/{stays}")).await;
        assert!(page.contains("High") && page.contains("Cold"), "what is empty is filled");
        let reasons =
            |id: i64| world.number(&format!("SELECT count(assessment_reason) FROM clients WHERE client_id = {id}"));
        assert_eq!(reasons(stays), 0, "High was not given for lost tenders");
        let unjudged = add(world, RecordKind::Client, "Quarry Electric").await;
        let other = judged("Harbor Energy", &[("client_priority", "Low"), why]).await;
        merge(world, RecordKind::Client, unjudged, other, "ours").await;
        assert_eq!(reasons(unjudged), 1, "a judgement comes with its reason");
    })
    .await;
}

#[tokio::test]
async fn people_are_merged_in_every_role_and_two_points_of_contact_become_one() {
    on_both(async |world| {
        let staff = |name: &'static str| [("full_name", name), ("personnel_type", "Internal"), ("is_active", "on")];
        let (stays, goes) =
            (world.record("people", &staff("Anna Berg")).await, world.record("people", &staff("A. Berg")).await);
        let (one, other) = (stays.to_string(), goes.to_string());
        for (name, primary, secondary) in
            [("First", &other, &one), ("Second", &one, &other), ("Third", &other, &String::new())]
        {
            let fields = [("client_name", name), ("mpr_primary_poc", primary), ("mpr_secondary_poc", secondary)];
            let client = world.post(Role::Plain, "/clients/new", &fields).await.new_id();
            let contact =
                [("contacted_by", other.as_str()), ("follow_up_needed", "on"), ("follow_up_assigned_to", &other)];
            world.contact(Role::Plain, client, 1, &contact).await;
        }
        let before = everything(world);
        merge(world, RecordKind::Person, stays, goes, "ours").await;
        assert_eq!(
            world.number(&format!(
                "SELECT count(*) FROM clients WHERE mpr_primary_poc = {stays} AND mpr_secondary_poc IS NULL"
            )),
            3
        );
        let named =
            format!("SELECT count(*) FROM contact_log WHERE contacted_by = {goes} OR follow_up_assigned_to = {goes}");
        assert_eq!(world.number(&named), 0);
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        assert_eq!(everything(world), before);
        let outside = [("full_name", "Outside"), ("personnel_type", "External"), ("is_active", "on")];
        let outside = world.record("people", &outside).await;
        let refused =
            world.post(Role::Admin, &format!("/people/{stays}/merge"), &[("other", &outside.to_string())]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("One of them is internal"));
    })
    .await;
}

#[tokio::test]
async fn a_link_between_the_two_is_removed_and_comes_back() {
    on_both(async |world| {
        let vendor = RecordKind::Vendor;
        let (stays, goes) = (add(world, vendor, "Maker").await, add(world, vendor, "Maker two").await);
        let place = LinkEnd { kind: LinkKind::VendorSupplier, direction: Direction::From };
        link(world, place, stays, goes, "Fuel").await;
        let technology = [("product_name", "Reactor"), ("vendor_id", &*goes.to_string())];
        world.record("technologies", &technology).await;
        let before = everything(world);
        merge(world, vendor, stays, goes, "ours").await;
        assert_eq!(world.number("SELECT count(*) FROM vendor_supplier_relationships"), 0);
        assert_eq!(world.number(&format!("SELECT count(*) FROM products WHERE vendor_id = {stays}")), 1);
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        assert_eq!(everything(world), before);
    })
    .await;
}

#[tokio::test]
async fn technologies_are_merged_before_their_vendors() {
    on_both(async |world| {
        let vendor = RecordKind::Vendor;
        let (stays, goes) = (add(world, vendor, "Maker").await, add(world, vendor, "Maker two").await);
        let mut designs = Vec::new();
        for vendor in [stays, goes] {
            let fields = [("product_name", "Reactor"), ("vendor_id", &*vendor.to_string()), ("name_confirmed", "on")];
            designs.push(world.record("technologies", &fields).await);
        }
        let project = add(world, RecordKind::Project, "Station").await;
        let chosen = [("vendor_id", &*goes.to_string()), ("product_id", &*designs[1].to_string())];
        world.post(Role::Plain, &format!("/projects/{project}/links/vendor"), &chosen).await.location();
        let form = [("other", &*goes.to_string())];
        let refused = world.post(Role::Admin, &format!("/vendors/{stays}/merge"), &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Both have a technology called Reactor"));
        merge(world, RecordKind::Technology, designs[0], designs[1], "ours").await;
        let choice = format!("SELECT count(*) FROM project_vendor_relationships WHERE product_id = {}", designs[0]);
        assert_eq!(world.number(&choice), 1);
        merge(world, vendor, stays, goes, "ours").await;
        assert!(world.page(Role::Plain, &format!("/projects/{project}")).await.contains(&format!("/vendors/{stays}")));
    })
    .await;
}

#[tokio::test]
async fn technologies_of_two_vendors_are_told_apart_before_they_are_merged() {
    on_both(async |world| {
        let vendor = RecordKind::Vendor;
        let (maker, other) = (add(world, vendor, "Maker").await, add(world, vendor, "Builder").await);
        let mut designs = Vec::new();
        for (name, vendor) in [("Reactor", maker), ("Reactor", other), ("Boiler", other)] {
            let fields = [("product_name", name), ("vendor_id", &*vendor.to_string()), ("name_confirmed", "on")];
            designs.push(world.record("technologies", &fields).await);
        }
        let path = format!("/technologies/{}/merge", designs[0]);
        let two = "is by Maker";
        let alike = world.page(Role::Admin, &format!("{path}?other={}", designs[1])).await;
        assert!(alike.contains(two) && alike.contains("Merge the two"), "{alike}");
        let unlike = world.page(Role::Admin, &format!("{path}?other={}", designs[2])).await;
        assert!(unlike.contains(two) && unlike.contains("This cannot be done yet"), "{unlike}");
        let refused = world.post(Role::Admin, &path, &[("other", &*designs[2].to_string())]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        merge(world, RecordKind::Technology, designs[0], designs[1], "ours").await;
        merge(world, vendor, maker, other, "ours").await;
        merge(world, RecordKind::Technology, designs[0], designs[2], "ours").await;
    })
    .await;
}

#[tokio::test]
async fn an_undone_merge_takes_a_plan_back_whole_or_not_at_all() {
    on_both(async |world| {
        let client = RecordKind::Client;
        let (stays, goes) = (add(world, client, "Granite Power").await, add(world, client, "Granite Energy").await);
        let (first, second) = (world.days_ahead(3), world.days_ahead(9));
        let plan = async |id: i64, day: &str| {
            let fields = [("next_planned_contact_date", day), ("next_planned_contact_type", "Video")];
            world.post(Role::Plain, &format!("/clients/{id}/contact"), &fields).await.location();
        };
        plan(goes, &first).await;
        merge(world, client, stays, goes, "ours").await;
        plan(stays, &second).await;
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        let kept = world.get(Role::Plain, &format!("/clients/api/{stays}")).await.json();
        assert_eq!(kept["next_planned_contact_date"], second);
        assert_eq!(kept["next_planned_contact_type"], "Video");
        assert_eq!(kept["next_planned_contact_assigned_to"], world.person(Role::Plain));
    })
    .await;
}

#[tokio::test]
async fn a_link_that_comes_back_has_the_date_on_which_it_was_made() {
    on_both(async |world| {
        let client = RecordKind::Client;
        let (stays, goes) = (add(world, client, "Granite Power").await, add(world, client, "Granite Energy").await);
        let place = LinkEnd { kind: LinkKind::ClientOwner, direction: Direction::From };
        let owner = add(world, RecordKind::Owner, "Holding").await;
        link(world, place, stays, owner, "ours").await;
        link(world, place, goes, owner, "theirs").await;
        world.execute("UPDATE client_owner_relationships SET created_date = '2024-02-03 04:05:06'");
        merge(world, client, stays, goes, "ours").await;
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        let old = "SELECT count(*) FROM client_owner_relationships WHERE created_date < '2025-01-01 00:00:00'";
        assert_eq!(world.number(old), 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_decided_stays_decided_while_something_is_left_open() {
    on_both(async |world| {
        let client = RecordKind::Client;
        let (stays, goes) = (add(world, client, "Granite Power").await, add(world, client, "Granite Energy").await);
        for (kind, there) in [(LinkKind::ClientOwner, RecordKind::Owner), (LinkKind::ClientVendor, RecordKind::Vendor)]
        {
            let place = LinkEnd { kind, direction: Direction::From };
            let shared = add(world, there, "Shared").await;
            link(world, place, stays, shared, "ours").await;
            link(world, place, goes, shared, "theirs").await;
        }
        let path = format!("/clients/{stays}/merge");
        let other = goes.to_string();
        let fields = decisions(&world.page(Role::Admin, &format!("{path}?other={goes}")).await);
        let form = [("other", other.as_str()), (&*fields[0], "theirs")];
        let answer = world.post(Role::Admin, &path, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let is_chosen =
            |field: &str, word: &str| answer.body.contains(&format!("name=\"{field}\" value=\"{word}\" checked"));
        assert!(is_chosen(&fields[0], "theirs") && !is_chosen(&fields[0], "ours"), "{}", answer.body);
        assert!(is_chosen(&fields[1], "ours"));
    })
    .await;
}

#[tokio::test]
async fn merging_is_for_administrators_and_refuses_what_makes_no_sense() {
    on_both(async |world| {
        let (one, other) =
            (add(world, RecordKind::Client, "One").await, add(world, RecordKind::Client, "Another").await);
        let form = |id: i64| [("other", id.to_string())];
        let post = async |role, into: i64, id: i64| {
            let form = form(id);
            let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            world.post(role, &format!("/clients/{into}/merge"), &fields).await
        };
        for role in [Role::Plain, Role::Team, Role::Confidential, Role::ReadOnly] {
            assert_eq!(post(role, one, other).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
        assert_eq!(post(Role::Admin, one, one).await.status, StatusCode::CONFLICT);
        assert_eq!(post(Role::Admin, one, 999_999).await.status, StatusCode::NOT_FOUND);
        let nothing = world.post(Role::Admin, &format!("/clients/{one}/merge"), &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            world
                .page(Role::Admin, &format!("/clients/{one}/merge?other_name=another"))
                .await
                .contains("becomes part of")
        );
        assert_eq!(post(Role::Admin, one, other).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(Role::Admin, one, other).await.status, StatusCode::CONFLICT, "it is merged already");
        assert_eq!(post(Role::Admin, other, one).await.status, StatusCode::CONFLICT, "it is archived");
        let third = add(world, RecordKind::Client, "Third").await;
        assert_eq!(post(Role::Admin, third, one).await.status, StatusCode::SEE_OTHER);
        let first = world.post(Role::Admin, "/admin/merges/1/undo", &[]).await;
        assert_eq!(first.status, StatusCode::CONFLICT);
        assert!(first.body.contains("Undo that merge first"));
        assert_eq!(world.post(Role::Admin, "/admin/merges/99/undo", &[]).await.status, StatusCode::NOT_FOUND);
        let list = world.page(Role::Admin, "/admin/merges").await;
        assert!(list.contains("Another") && list.contains("Third"));
    })
    .await;
}

#[tokio::test]
async fn an_entry_changes_its_client_in_a_merge_alone() {
    on_both(async |world| {
        use diesel::connection::SimpleConnection;
        let (one, other) =
            (add(world, RecordKind::Client, "One").await, add(world, RecordKind::Client, "Another").await);
        let entry = [("meeting_date", &*world.days_ago(0)), ("next_steps", "words")];
        world.post(Role::Team, &format!("/crm/roundtable/{other}"), &entry).await.location();
        let statement = format!("UPDATE roundtable_history SET client_id = {one}");
        let error = world.db().batch_execute(&statement).unwrap_err().to_string();
        assert!(error.contains("in a merge only"), "{error}");
        merge(world, RecordKind::Client, one, other, "ours").await;
        assert_eq!(world.number(&format!("SELECT count(*) FROM roundtable_history WHERE client_id = {one}")), 1);
    })
    .await;
}

#[tokio::test]
async fn an_acronym_and_a_new_name_are_pointed_out_before_they_are_saved() {
    on_both(async |world| {
        for end in RecordKind::ALL.iter().copied() {
            let known = add(world, end, "Tennessee Valley Authority").await;
            let field = match end {
                RecordKind::Client => "client_name",
                kind => kind.name_column(),
            };
            let vendor = add(world, RecordKind::Vendor, &format!("Vendor of {end:?}")).await.to_string();
            let fields =
                |name| [(field, name), ("vendor_id", &*vendor), ("personnel_type", "External"), ("is_active", "on")];
            for name in ["TVA", "T.V.A.", "tennessee valley authority (TVA)", "The Tennessee-Valley Authority, Inc."] {
                let answer = world.post(Role::Plain, &format!("/{}/new", end.path()), &fields(name)).await;
                // Initials of a name with a hyphen are those of its parts.
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{end:?} {name}");
                assert!(answer.body.contains(&format!("/{}/{known}\"", end.path())), "{end:?} {name}");
            }
            let short = world.post(Role::Plain, &format!("/{}/new", end.path()), &fields("Ohio")).await.new_id();
            let edit = format!("/{}/{short}/edit", end.path());
            let renamed = world.post(Role::Plain, &edit, &fields("TVA")).await;
            assert_eq!(renamed.status, StatusCode::UNPROCESSABLE_ENTITY, "{end:?}");
            assert!(renamed.body.contains("Is it one of these?") && renamed.body.contains("name_confirmed"));
            assert!(renamed.body.contains(&format!("/{}/{known}\"", end.path())), "{end:?}");
            let confirmed = [&fields("TVA")[..], &[("name_confirmed", "on")]].concat();
            world.post(Role::Plain, &edit, &confirmed).await.location();
            let again = [&fields("TVA")[..], &[("notes", "the same name, saved again")]].concat();
            world.post(Role::Plain, &edit, &again).await.location();
            assert_eq!(
                world.post(Role::Plain, &format!("/{}/new", end.path()), &fields("Quite another")).await.status,
                StatusCode::SEE_OTHER
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_primary_contact_that_gives_way_and_comes_back_is_noted() {
    on_both(async |world| {
        let (one, other) =
            (add(world, RecordKind::Client, "One").await, add(world, RecordKind::Client, "Another").await);
        for (client, name) in [(one, "Anna Berg"), (other, "Quinn Ash")] {
            let person = add(world, RecordKind::Person, name).await.to_string();
            let fields = [("personnel_id", &*person), ("is_primary_contact", "on")];
            world.post(Role::Plain, &format!("/clients/{client}/links/personnel"), &fields).await.location();
        }
        let noted = "SELECT count(*) FROM audit_log WHERE table_name = 'client_personnel_relationships' \
                     AND action = 'update' AND changes LIKE '%is_primary_contact%'";
        merge(world, RecordKind::Client, one, other, "ours").await;
        assert_eq!(world.number(noted), 1);
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        assert_eq!(world.number(noted), 2);
    })
    .await;
}

#[tokio::test]
async fn what_happened_since_a_merge_does_not_break_its_undoing() {
    on_both(async |world| {
        let person = RecordKind::Person;
        let client = add(world, RecordKind::Client, "Granite Power").await;
        let (stays, goes) = (add(world, person, "Anna Berg").await, add(world, person, "A. Berg").await);
        let next = add(world, person, "Quinn Ash").await;
        let contact = async |id: i64, primary: &str| {
            let fields = [("personnel_id", &*id.to_string()), ("is_primary_contact", primary)];
            world.post(Role::Plain, &format!("/clients/{client}/links/personnel"), &fields).await.location();
        };
        contact(stays, "").await;
        contact(goes, "on").await;
        merge(world, person, stays, goes, "ours").await;
        contact(next, "on").await;
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        let primary = "SELECT personnel_id FROM client_personnel_relationships WHERE is_primary_contact";
        assert_eq!(world.number(primary), next, "who became the primary contact since stays it");
        assert_eq!(world.number("SELECT count(*) FROM client_personnel_relationships"), 3);

        let (one, other) =
            (add(world, RecordKind::Client, "One").await, add(world, RecordKind::Client, "Another").await);
        let entry = [("meeting_date", &*world.days_ago(3)), ("next_steps", "first words")];
        world.post(Role::Team, &format!("/crm/roundtable/{other}"), &entry).await.location();
        merge(world, RecordKind::Client, one, other, "ours").await;
        let id = world.number("SELECT max(history_id) FROM roundtable_history");
        let correction = [("meeting_date", &*world.days_ago(3)), ("next_steps", "better words")];
        let answer = world.post(Role::Team, &format!("/crm/entries/{id}/correction"), &correction).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(undo_last(world).await, StatusCode::SEE_OTHER);
        assert!(world.page(Role::Team, &format!("/clients/{other}")).await.contains("better words"));
        assert!(!world.page(Role::Team, &format!("/clients/{one}")).await.contains("better words"));
    })
    .await;
}

#[tokio::test]
async fn merges_are_undone_from_the_latest_back_and_make_no_circle() {
    on_both(async |world| {
        let mut ids = Vec::new();
        for name in ["First", "Second", "Third"] {
            ids.push(add(world, RecordKind::Client, name).await);
        }
        for goes in [ids[1], ids[2]] {
            merge(world, RecordKind::Client, ids[0], goes, "ours").await;
        }
        let early = world.post(Role::Admin, "/admin/merges/1/undo", &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("Third was merged into First since"), "{}", early.body);
        let delete = format!("/clients/{}/delete", ids[0]);
        assert!(world.page(Role::Admin, &delete).await.contains("Records merged into it"));
        assert_eq!(world.post(Role::Admin, &delete, &[]).await.status, StatusCode::CONFLICT);
        // What was merged comes back by undoing the merge alone.
        let back = world.post(Role::Plain, &format!("/clients/{}/archive", ids[1]), &[("archived", "")]).await;
        assert_eq!(back.status, StatusCode::CONFLICT);
        assert!(back.body.contains("Second was merged into First. Undo the merge instead."), "{}", back.body);
        let form = [("other", &*ids[0].to_string())];
        let circle = world.post(Role::Admin, &format!("/clients/{}/merge", ids[1]), &form).await;
        assert_eq!(circle.status, StatusCode::CONFLICT);
        for _ in 0..2 {
            let last = world.number("SELECT max(merge_id) FROM merges WHERE undone_date IS NULL");
            let undone = world.post(Role::Admin, &format!("/admin/merges/{last}/undo"), &[]).await;
            assert_eq!(undone.status, StatusCode::SEE_OTHER);
        }
    })
    .await;
}

#[tokio::test]
async fn both_records_stand_side_by_side_before_they_are_merged() {
    on_both(async |world| {
        let one = [("client_name", "Granite Power"), ("client_type", "Utility")];
        let stays = world.post(Role::Plain, "/clients/new", &one).await.new_id();
        let other = [("client_name", "Basalt Energy"), ("client_type", "IPP"), ("notes", "known to both")];
        let goes = world.post(Role::Plain, "/clients/new", &other).await.new_id();
        let page = world.page(Role::Admin, &format!("/clients/{stays}/merge?other={goes}")).await;
        let row =
            |first: &str| page.split("<tr").find(|row| row.contains(&format!(">{first}</th>"))).unwrap().to_owned();
        let kind = row("Type");
        assert!(kind.contains("rt-sides-differ") && kind.contains("data-stays>Utility") && kind.contains(">IPP"));
        assert!(row("Notes").contains("data-stays>known to both"), "what is empty is filled: {}", row("Notes"));
    })
    .await;
}
