//! Texts that name a colleague with “@”: told once, to those who may read them, without what mail may not hold.

use roundtable::jobs::Tally;

use super::{no_digests, send, sent, without_chance};
use crate::mail_server::MailServer;
use crate::world::{Role, World, on_both_with};

async fn entry(world: &World, client: i64, words: &str) {
    let (path, today) = (format!("/crm/roundtable/{client}"), world.days_ago(0));
    let fields = [("meeting_date", &*today), ("next_steps", words)];
    world.post(Role::Team, &path, &fields).await.location();
}

#[tokio::test]
async fn who_is_named_in_a_text_is_told_once_as_far_as_they_may_read_it() {
    let server = MailServer::start();
    on_both_with(&server.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Granite Power").await;
        let words = "They ask for dates: @The plain person, and me, @The team person. Not a@plain.example.";
        world.contact(Role::Team, client, 1, &[("summary", words)]).await;
        assert_eq!(send(world), sent(1), "nobody is told what they say themselves");
        let mail = server.taken().remove(0);
        assert_eq!(mail.to, ["plain@mpr.example"]);
        assert_eq!(mail.field("Subject"), "The team person names you: Granite Power");
        assert!(mail.plain().contains("Granite Power: They ask for dates"), "{}", mail.plain());
        let contact = world.number("SELECT contact_id FROM contact_log");
        let (path, date) = (format!("/contacts/{contact}/edit"), world.days_ago(1));
        let corrected = [("contact_date", &*date), ("contact_type", "Phone"), ("summary", words), ("version", "1")];
        let corrected = [&corrected[..], &[("contact_person_freetext", "@The admin person")]].concat();
        world.post(Role::Team, &path, &corrected).await.location();
        assert_eq!(send(world), sent(1), "whoever was named before is not told again");
        assert_eq!(server.taken().remove(0).to, ["admin@mpr.example"]);

        // What was confidential and is open now is told to those who could not read it.
        let hidden = [("summary", "@The plain person Q"), ("is_confidential", "on")];
        world.contact(Role::Confidential, client, 3, &hidden).await;
        assert_eq!(send(world), Tally::default());
        let contact = world.number("SELECT contact_id FROM contact_log WHERE is_confidential");
        let date = world.days_ago(3);
        let opened = [("contact_date", &*date), ("contact_type", "Phone"), ("version", "1"), hidden[0]];
        world.post(Role::Confidential, &format!("/contacts/{contact}/edit"), &opened).await.location();
        assert_eq!(send(world), sent(1));
        assert_eq!(server.taken().remove(0).to, ["plain@mpr.example"]);

        // Not even that there is something is told to whoever may not read it.
        let hidden = [("summary", "@The plain person @The confidential person ZQ"), ("is_confidential", "on")];
        world.contact(Role::Confidential, client, 0, &hidden).await;
        entry(world, client, "@The plain person ZQ").await;
        assert_eq!(world.number("SELECT count(*) FROM jobs WHERE state = 'waiting'"), 0);
        assert_eq!(send(world), Tally::default());
        entry(world, client, "ZQ @The admin person").await;
        assert_eq!(send(world), sent(1));
        let mail = server.taken().remove(0);
        assert_eq!(mail.field("Subject"), "You are named");
        let told = without_chance(&mail);
        assert!(!told.contains("ZQ") && !told.contains("Granite") && !told.contains("team person"), "{told}");
        world.contact(Role::Team, client, 0, &[("summary", "@The plain person, once more")]).await;
        world.execute("DELETE FROM contact_log WHERE summary LIKE '%once more'");
        assert_eq!(send(world), Tally { dropped: 1, ..sent(0) }, "what is gone is not told");
    })
    .await;
}
