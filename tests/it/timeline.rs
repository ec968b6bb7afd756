//! The timeline of a client: contacts, entries and changes, each as its reader may see it (product.md §2, §4).

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::world::{Role, World, beginning, on_both};

/// The words between the two ends of the timeline, without what surrounds it.
fn timeline(page: &str) -> &str {
    page.split("id=\"timeline\"").nth(1).expect("a timeline").split("</main>").next().unwrap()
}

fn places(page: &str, words: &[&str]) -> Vec<usize> {
    let line = timeline(page);
    words.iter().map(|word| line.find(word).unwrap_or_else(|| panic!("{word} is missing in {line}"))).collect()
}

async fn entry(world: &World, client: i64, days_ago: u64, words: &str) {
    let day = world.days_ago(days_ago);
    let fields = [("meeting_date", &*day), ("next_steps", words)];
    world.post(Role::Team, &format!("/crm/roundtable/{client}"), &fields).await.location();
}

async fn owner(world: &World, client: i64, name: &str, mark: &str) -> i64 {
    let id = world.record("owners", &[("company_name", name), ("name_confirmed", "on")]).await;
    let fields = [("owner_id", &*id.to_string()), ("is_confidential", mark)];
    world.post(Role::Confidential, &format!("/clients/{client}/links/owner"), &fields).await.location();
    id
}

/// A client with one of everything: today an assessment, a link that goes again and a follow-up that is done, a contact
/// and an entry in October, another contact in September.
async fn eventful(world: &World) -> i64 {
    let client = world.client("Granite Power").await;
    world.contact(Role::Plain, client, 60, &[("summary", "Walked the site.")]).await;
    let follow_up = [("summary", "Asked for the study."), ("follow_up_needed", "on")];
    world.contact(Role::Plain, client, 20, &follow_up).await;
    entry(world, client, 30, "Send the siting report.").await;
    let judged = [("client_priority", "Medium"), ("relationship_notes", "Careful with the board.")];
    world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
    owner(world, client, "Quasar Holdings", "").await;
    world.set_clock(beginning() + TimeDelta::minutes(10));
    let link = world.number("SELECT relationship_id FROM client_owner_relationships");
    world.post(Role::Plain, &format!("/clients/{client}/links/owner/{link}/delete"), &[]).await.location();
    let contact = world.number("SELECT contact_id FROM contact_log WHERE follow_up_needed");
    world.post(Role::Plain, &format!("/follow-ups/{contact}/completion"), &[]).await.location();
    client
}

#[tokio::test]
async fn everything_that_happened_stands_in_one_line_of_time_by_month() {
    on_both(async |world| {
        let client = eventful(world).await;
        for path in [format!("/clients/{client}"), format!("/clients/{client}/timeline")] {
            let page = world.page(Role::Team, &path).await;
            let told = places(
                &page,
                &[
                    "November 2026",
                    "finished a follow-up",
                    "unlinked",
                    " linked",
                    "Priority Medium",
                    "October 2026",
                    "Asked for the study.",
                    "Send the siting report.",
                    "September 2026",
                    "Walked the site.",
                ],
            );
            assert!(told.is_sorted(), "{told:?}");
            assert_eq!(timeline(&page).matches("Quasar Holdings</a>").count(), 2, "linked and unlinked");
        }
    })
    .await;
}

#[tokio::test]
async fn the_timeline_is_narrowed_to_contacts_entries_or_changes() {
    on_both(async |world| {
        let client = eventful(world).await;
        let all = ["Walked the site.", "Send the siting report.", "unlinked"];
        for (show, kept) in [("contacts", 0), ("entries", 1), ("changes", 2)] {
            for path in [format!("/clients/{client}"), format!("/clients/{client}/timeline")] {
                let page = world.page(Role::Team, &format!("{path}?show={show}")).await;
                for (place, word) in all.iter().enumerate() {
                    assert_eq!(timeline(&page).contains(word), place == kept, "{word} for {show}");
                }
            }
        }
        let page = world.page(Role::Plain, &format!("/clients/{client}/timeline?show=entries")).await;
        assert!(page.contains("Walked the site.") && !page.contains("Entries"), "not a choice for others");
    })
    .await;
}

#[tokio::test]
async fn each_reader_sees_what_is_theirs_to_see() {
    on_both(async |world| {
        let client = eventful(world).await;
        owner(world, client, "Hidden Holdings", "on").await;
        let hidden = [("summary", "A word in private."), ("is_confidential", "on"), ("follow_up_needed", "on")];
        world.contact(Role::Confidential, client, 1, &hidden).await;
        let contact = world.number("SELECT contact_id FROM contact_log WHERE is_confidential");
        world.post(Role::Confidential, &format!("/follow-ups/{contact}/completion"), &[]).await.location();
        for path in [format!("/clients/{client}"), format!("/clients/{client}/timeline")] {
            for role in Role::SIGNED_IN {
                let page = world.page(role, &path).await;
                let is_admin = matches!(role, Role::Admin | Role::ReadOnlyAdmin);
                let is_team = is_admin || matches!(role, Role::Team | Role::ReadOnlyTeam);
                let is_confidential = is_admin || role == Role::Confidential;
                let line = timeline(&page);
                assert!(line.contains("Walked the site.") && line.contains("unlinked"), "{role:?}");
                for words in ["Priority Medium", "Strategy notes changed", "Send the siting report."] {
                    assert_eq!(line.contains(words), is_team, "{words} to {role:?}");
                }
                for words in ["A word in private.", "Hidden Holdings"] {
                    assert_eq!(line.contains(words), is_confidential, "{words} to {role:?}");
                }
                let follow_ups = line.matches("finished a follow-up").count();
                assert_eq!(follow_ups, 1 + usize::from(is_confidential), "{role:?}");
                assert!(!line.contains("Careful with the board."), "the words of the notes stand beside");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn meetings_that_were_held_stand_in_it_with_what_became_of_the_client() {
    on_both(async |world| {
        let client = eventful(world).await;
        let judged = [("client_priority", "Strategic")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
        let mut meetings = Vec::new();
        for (title, day, state) in [
            ("September round", 70, &[("state", "Discussed")][..]),
            ("October round", 40, &[("state", "Skipped"), ("skip_reason", "nobody there")][..]),
            ("Early November round", 15, &[][..]),
            ("November round", 0, &[("state", "Discussed")][..]),
        ] {
            let fields = [("title", title), ("meeting_date", &*world.days_ago(day))];
            let meeting = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
            let id = meeting.rsplit('/').next().unwrap().to_owned();
            let point = world.number(&format!("SELECT point_id FROM meeting_points WHERE meeting_id = {id}"));
            if !state.is_empty() {
                world.post(Role::Team, &format!("/crm/points/{point}/state"), state).await.location();
            }
            if day > 0 {
                world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
            }
            meetings.push(meeting);
        }
        let page = world.page(Role::Team, &format!("/clients/{client}")).await;
        assert!(!timeline(&page).contains("October round"), "beside all else the entries tell of them");
        for path in [format!("/clients/{client}?show=meetings"), format!("/clients/{client}/timeline")] {
            let page = world.page(Role::Team, &path).await;
            let order = [
                "November 2026",
                "Early November round</a>",
                "Not reached",
                "October 2026",
                "October round</a>",
                "Skipped: nobody there",
                "September 2026",
                "September round</a>",
                "Discussed",
            ];
            assert!(places(&page, &order).is_sorted(), "{path}");
            let line = timeline(&page);
            assert!(line.contains(&format!("{}/minutes", meetings[1])) && !line.contains(">November round"), "{path}");
            let path = path.split('?').next().unwrap();
            let narrowed = world.page(Role::Team, &format!("{path}?show=meetings")).await;
            let narrowed = timeline(&narrowed);
            assert!(narrowed.contains("September round") && !narrowed.contains("Walked the site."), "{path}");
            for role in [Role::Plain, Role::Confidential] {
                let page = world.page(role, &format!("{path}?show=meetings")).await;
                assert!(!page.contains("October round") && !page.contains(">Meetings</a>"), "{role:?}");
                assert!(timeline(&page).contains("Walked the site."), "what one may not ask for is not known");
            }
        }
        let program = format!("/api/v1/clients/{client}/timeline?show=meetings");
        let told = world.get(Role::Team, &program).await.json();
        let outcomes: Vec<_> = told["items"].as_array().unwrap().iter().map(|row| &row["meeting"]["outcome"]).collect();
        assert_eq!(outcomes, ["Not reached", "Skipped: nobody there", "Discussed"]);
        let refused = world.get(Role::Plain, &program).await;
        assert!(!refused.body.contains("October round"), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_goes_with_its_contact_once_that_is_confidential() {
    on_both(async |world| {
        let client = eventful(world).await;
        let contact = world.number("SELECT contact_id FROM contact_log WHERE follow_up_needed");
        let day = world.days_ago(20);
        let fields = [
            ("contact_date", &*day),
            ("contact_type", "Phone"),
            ("follow_up_needed", "on"),
            ("follow_up_done", "on"),
            ("is_confidential", "on"),
        ];
        world.post(Role::Confidential, &format!("/contacts/{contact}/edit"), &fields).await.location();
        let path = format!("/clients/{client}/timeline");
        assert!(!world.page(Role::Team, &path).await.contains("finished a follow-up"));
        assert!(world.page(Role::Confidential, &path).await.contains("finished a follow-up"));
    })
    .await;
}

#[tokio::test]
async fn ten_contacts_and_three_entries_are_on_the_page_whatever_else_happened() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        for number in 0..12 {
            world.contact(Role::Plain, client, 100 + number, &[("summary", &*format!("Contact {number}."))]).await;
        }
        for number in 0..5 {
            entry(world, client, number, &format!("Entry {number}.")).await;
        }
        for number in 0..8 {
            owner(world, client, &format!("Holding {number}"), "").await;
        }
        let page = world.page(Role::Team, &format!("/clients/{client}")).await;
        let line = timeline(&page);
        let shown = |words: &str| (0..12).filter(|number| line.contains(&format!("{words} {number}."))).count();
        assert_eq!((shown("Contact"), shown("Entry")), (10, 3));
        assert_eq!(line.matches(" linked").count(), 1, "one act is one line");
        assert!(line.contains("Holding 0</a>") && line.contains("Holding 7</a>"));
        // Where the entries end before the contacts do, it is said and leads on.
        let earlier = line.split("Earlier entries").next().unwrap().rsplit("href=\"").next().unwrap();
        let earlier = world.page(Role::Team, &earlier.split('"').next().unwrap().replace("&#38;", "&")).await;
        let earlier = timeline(&earlier);
        assert!(earlier.contains("Entry 3.") && earlier.contains("Entry 4.") && !earlier.contains("Entry 2."));
    })
    .await;
}

#[tokio::test]
async fn older_pages_hold_every_row_once() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        // Many of one day, and some of one day with an entry.
        for number in 0..70 {
            let summary = format!("Contact {number}.");
            world.contact(Role::Plain, client, 10 + number / 40, &[("summary", &*summary)]).await;
        }
        for number in 0..3 {
            entry(world, client, 10 + number, &format!("Entry {number}.")).await;
        }
        let mut path = format!("/clients/{client}/timeline");
        let mut seen = String::new();
        for page in 0.. {
            assert!(page < 10, "it comes to an end");
            let body = world.page(Role::Team, &path).await;
            seen.push_str(timeline(&body));
            let Some(link) = body.split("rel=\"next\"").next().filter(|_| body.contains("rel=\"next\"")) else { break };
            let link = link.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
            path = link.replace("&#38;", "&");
        }
        for number in 0..70 {
            assert_eq!(seen.matches(&format!("Contact {number}.")).count(), 1, "contact {number}");
        }
        for number in 0..3 {
            assert_eq!(seen.matches(&format!("Entry {number}.")).count(), 1, "entry {number}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_place_that_makes_no_sense_is_the_beginning() {
    on_both(async |world| {
        let client = eventful(world).await;
        for query in ["until=2026-02-30", "until=99999-01-01", "after=9", "until=x&after=-1", "show=nothing"] {
            let page = world.page(Role::Team, &format!("/clients/{client}/timeline?{query}")).await;
            assert!(timeline(&page).contains("Walked the site."), "{query}");
        }
        for (path, status) in
            [("/clients/999999/timeline", StatusCode::NOT_FOUND), ("/clients/x/timeline", StatusCode::NOT_FOUND)]
        {
            assert_eq!(world.get(Role::Team, path).await.status, status, "{path}");
        }
        let answer = world.get(Role::Anonymous, &format!("/clients/{client}/timeline")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    })
    .await;
}
