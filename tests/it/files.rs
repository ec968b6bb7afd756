//! Documents kept with records: taken in, listed, given out, removed, by whom and by whom not; whatever is sent.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::Days;
use roundtable::files::store::Store;

use crate::world::{Role, World, beginning, on_each, pdf};

/// All files below a folder, by their names.
fn contents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(contents(&path)) } else { found.push(path) }
    }
    found
}

fn arriving(world: &World) -> Vec<PathBuf> {
    contents(&world.config.files.join("arriving"))
}

/// The change that was made last.
fn last_change(world: &World) -> i64 {
    world.number("SELECT change_id FROM audit_log WHERE audit_id = (SELECT max(audit_id) FROM audit_log)")
}

/// A meeting of the team.
async fn meeting(world: &World) -> String {
    let fields = [("title", "November"), ("meeting_date", &*world.days_ago(0))];
    world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned()
}

on_each! {
    async fn a_file_is_kept_with_each_kind_of_record_and_comes_back_as_it_was(world: &World) {
        let client = world.client("Alpha").await;
        let project = world.record("projects", &[("project_name", "Plant")]).await;
        world.contact(Role::Plain, client, 3, &[]).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let meeting = meeting(world).await;
        let places = [
            (Role::Plain, format!("/clients/{client}/files"), format!("/clients/{client}#files")),
            (Role::Plain, format!("/contacts/{contact}/files"), format!("/clients/{client}#files")),
            (Role::Plain, format!("/projects/{project}/files"), format!("/projects/{project}#files")),
            (Role::Team, format!("{meeting}/files"), format!("{meeting}/agenda#files")),
        ];
        for (number, (role, path, page)) in places.iter().enumerate() {
            let (name, content) = (format!("Offer {number}.pdf"), pdf(path));
            let answer = world.upload(*role, path, &[], &[(&name, &content)]).await;
            assert_eq!(answer.location(), page, "{}", answer.body);
            for address in [path.as_str(), page.split('#').next().unwrap()] {
                assert!(world.page(*role, address).await.contains(&name), "{address}");
            }
            let file = world.get(*role, &format!("/files/{}", world.file(&name))).await;
            assert_eq!((file.status, &file.bytes), (StatusCode::OK, &content));
            let told = |name: &str| file.headers[name].to_str().unwrap();
            assert_eq!(told("content-type"), "application/pdf");
            assert!(told("content-disposition").starts_with("attachment; filename="));
            assert_eq!(told("x-content-type-options"), "nosniff");
            assert_eq!(told("content-security-policy"), "default-src 'none'; sandbox");
            assert_eq!(told("cache-control"), "no-store");
            assert_eq!(told("content-length"), content.len().to_string());
        }
        // What is kept with a contact is kept with its client.
        assert!(world.page(Role::Plain, &format!("/clients/{client}")).await.contains("Offer 1.pdf"));
        assert_eq!(contents(&world.config.files).len(), 4);
        assert_eq!(arriving(world), Vec::<PathBuf>::new());
    }

    async fn several_files_come_at_once_or_none_of_them(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        let (one, two) = (pdf("one"), pdf("two"));
        let refused = world.upload(Role::Plain, &path, &[], &[("one.pdf", &one), ("two.exe", b"MZ\x90\0")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("two.exe is a program"), "{}", refused.body);
        assert_eq!(world.number("SELECT count(*) FROM files"), 0);
        assert_eq!(contents(&world.config.files), Vec::<PathBuf>::new());
        let answer = world.upload(Role::Plain, &path, &[], &[("one.pdf", &one), ("two.pdf", &two)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(world.number("SELECT count(*) FROM files"), 2);
        // Once it is there, the same content takes no room again.
        world.upload(Role::Plain, &path, &[], &[("three.pdf", &two)]).await.location();
        assert_eq!(contents(&world.config.files).len(), 2);
    }

    async fn a_file_is_seen_by_those_alone_for_whom_it_is(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        for (role, visibility, name) in [
            (Role::Plain, "open", "Zopen.pdf"),
            (Role::Confidential, "confidential", "Zconfidential.pdf"),
            (Role::Team, "team", "Zteam.pdf"),
        ] {
            world.upload(role, &path, &[("visibility", visibility)], &[(name, &pdf(name))]).await.location();
        }
        for (role, seen) in [
            (Role::Plain, &["Zopen"][..]),
            (Role::Confidential, &["Zopen", "Zconfidential"]),
            (Role::Team, &["Zopen", "Zteam"]),
            (Role::Admin, &["Zopen", "Zconfidential", "Zteam"]),
        ] {
            for name in ["Zopen", "Zconfidential", "Zteam"] {
                let id = world.file(&format!("{name}.pdf"));
                let is_seen = seen.contains(&name);
                let status = if is_seen { 200 } else { 404 };
                assert_eq!(world.get(role, &format!("/files/{id}")).await.status, status, "{role:?} {name}");
                assert_eq!(world.get(role, &format!("/files/{id}/edit")).await.status, status, "{role:?} {name}");
                let pages = ["", "/history", "/timeline"].map(|end| format!("/clients/{client}{end}"));
                for page in pages.into_iter().chain([path.clone(), format!("/search?q=z{}", &name[1..4])]) {
                    let told = world.page(role, &page).await;
                    assert!(is_seen || !told.contains(name), "{role:?} {page} tells of {name}");
                }
                let found = world.page(role, &format!("/search?q={name}")).await.contains(&format!("{name}.pdf"));
                assert_eq!(found, is_seen, "{role:?} finds {name}");
            }
        }
        // Who may not see such files may not make one either, nor choose what is not known.
        let too_much = [(Role::Plain, "confidential"), (Role::Plain, "team"), (Role::Team, "confidential")];
        for (role, visibility) in too_much.into_iter().chain([(Role::Plain, "all")]) {
            let sent = world.upload(role, &path, &[("visibility", visibility)], &[("x.pdf", &pdf("x"))]).await;
            assert_eq!(sent.status, 422, "{role:?} {visibility}");
        }
        let removed = world.post(Role::Plain, &format!("/files/{}/delete", world.file("Zteam.pdf")), &[]).await;
        assert_eq!(removed.status, 404);
        assert_eq!(world.upload(Role::ReadOnly, &path, &[], &[("x.pdf", &pdf("x"))]).await.status, 403);
        assert_eq!(world.upload(Role::Plain, "/clients/999999/files", &[], &[("x.pdf", &pdf("x"))]).await.status, 404);
        assert_eq!(world.upload(Role::Plain, "/clients/x/files", &[], &[("x.pdf", &pdf("x"))]).await.status, 404);
        assert_eq!(world.number("SELECT count(*) FROM files"), 3);
    }

    async fn a_file_with_a_contact_is_as_confidential_as_that(world: &World) {
        let client = world.client("Alpha").await;
        world.contact(Role::Plain, client, 3, &[("summary", "said")]).await;
        let contact = world.number("SELECT contact_id FROM contact_log");
        let path = format!("/contacts/{contact}/files");
        world.upload(Role::Plain, &path, &[], &[("Zletter.pdf", &pdf("letter"))]).await.location();
        let correct = |mark: &'static str| {
            let date = world.days_ago(3);
            let maker = world.person(Role::Plain).to_string();
            async move {
                let known = [("contact_date", &*date), ("contact_type", "Phone"), ("contacted_by", &*maker)];
                let fields = [&known[..], &[("summary", "said"), ("is_confidential", mark)]].concat();
                let edit = format!("/contacts/{contact}/edit");
                assert_eq!(world.post(Role::Confidential, &edit, &fields).await.status, 303);
            }
        };
        correct("on").await;
        let pages = ["", "/files", "/history", "/timeline"].map(|end| format!("/clients/{client}{end}"));
        for page in pages.into_iter().chain(["/search?q=zletter".to_owned()]) {
            let told = world.page(Role::Plain, &page).await;
            assert!(!told.contains("Zletter.pdf"), "{page}");
        }
        assert_eq!(world.get(Role::Plain, &path).await.status, 404);
        let open = [("visibility", "open")];
        assert_eq!(world.upload(Role::Confidential, &path, &open, &[("x.pdf", &pdf("x"))]).await.status, 422);
        // Taken back, the contact is open and its file with it.
        let last = last_change(world);
        world.post(Role::Confidential, &format!("/changes/{last}/undo"), &[]).await.location();
        assert!(world.page(Role::Plain, &path).await.contains("Zletter.pdf"));
        correct("on").await;
        // What went with a contact that is removed stays with the client, as confidential as it was.
        world.post(Role::Admin, &format!("/contacts/{contact}/delete"), &[]).await.location();
        assert!(world.page(Role::Confidential, &format!("/clients/{client}")).await.contains("Zletter.pdf"));
        assert!(!world.page(Role::Plain, &format!("/clients/{client}")).await.contains("Zletter.pdf"));
    }

    async fn a_file_is_called_otherwise_and_keeps_its_ending(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("Offer.pdf", &pdf("x"))]).await.location();
        let edit = format!("/files/{}/edit", world.file("Offer.pdf"));
        for wrong in ["Offer.exe", "Offer.docx", "", "\u{202e}"] {
            assert_eq!(world.post(Role::Plain, &edit, &[("file_name", wrong)]).await.status, 422, "{wrong}");
        }
        world.post(Role::Plain, &edit, &[("file_name", "Offer, signed"), ("version", "1")]).await.location();
        assert!(world.page(Role::Plain, &path).await.contains("Offer, signed.pdf"));
        let late = [("file_name", "Another.pdf"), ("version", "1"), ("begun_values", "")];
        assert_ne!(world.post(Role::Plain, &edit, &late).await.status, 500);
    }

    async fn a_removal_is_undone_while_the_content_is_kept(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("Offer.pdf", &pdf("x"))]).await.location();
        let id = world.file("Offer.pdf");
        let added = last_change(world);
        world.post(Role::Plain, &format!("/files/{id}/delete"), &[]).await.location();
        assert_eq!(world.get(Role::Plain, &format!("/files/{id}")).await.status, 404);
        let removed = last_change(world);
        world.post(Role::Plain, &format!("/changes/{removed}/undo"), &[]).await.location();
        let file = world.get(Role::Plain, &format!("/files/{id}")).await;
        assert_eq!((file.status.as_u16(), file.bytes), (200, pdf("x")));
        world.post(Role::Plain, &format!("/changes/{added}/undo"), &[]).await.location();
        assert_eq!(world.number("SELECT count(*) FROM files"), 0);
        let undone = last_change(world);
        // A month later the content is cleared away, and there is nothing to bring back.
        let pass = world.visit().viewer.require_admin().unwrap();
        let store = Store::of(&world.config);
        let later = |days| beginning() + Days::new(days);
        assert_eq!(store.sweep(&mut world.db(), pass, later(29)).unwrap(), 0);
        assert_eq!(store.sweep(&mut world.db(), pass, later(31)).unwrap(), 1);
        let gone = world.post(Role::Plain, &format!("/changes/{undone}/undo"), &[]).await;
        assert_eq!(gone.status, 409);
        assert_eq!(contents(&world.config.files), Vec::<PathBuf>::new());
    }

    async fn what_is_named_is_never_swept(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("Offer.pdf", &pdf("x"))]).await.location();
        let pass = world.visit().viewer.require_admin().unwrap();
        let swept = Store::of(&world.config).sweep(&mut world.db(), pass, beginning() + Days::new(4_000)).unwrap();
        assert_eq!(swept, 0);
        assert_eq!(world.get(Role::Plain, &format!("/files/{}", world.file("Offer.pdf"))).await.status, 200);
    }

    async fn a_program_lists_files_and_reads_what_they_hold(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("Open.pdf", &pdf("open"))]).await.location();
        world.upload(Role::Team, &path, &[("visibility", "team")], &[("Team.pdf", &pdf("team"))]).await.location();
        for (role, names) in [(Role::Plain, &["Open.pdf"][..]), (Role::Team, &["Team.pdf", "Open.pdf"])] {
            let mut next = String::new();
            let mut found = Vec::new();
            while let Some(cursor) = Some(next.clone()).filter(|next| found.is_empty() || !next.is_empty()) {
                let cursor = if cursor.is_empty() { cursor } else { format!("&cursor={cursor}") };
                let list = format!("/api/v1/files?client_id={client}&limit=1{cursor}");
                let told = world.get(role, &list).await.json();
                found.extend(told["items"].as_array().unwrap().clone());
                next = told["next"].as_str().unwrap_or_default().to_owned();
            }
            let told: Vec<&str> = found.iter().map(|file| file["file_name"].as_str().unwrap()).collect();
            assert_eq!(told, names, "{role:?}");
            let content = world.get(role, &format!("/api/v1/files/{}/content", found[0]["file_id"])).await;
            assert!(content.bytes.starts_with(b"%PDF-"));
        }
        let of_team = format!("/api/v1/files/{}", world.file("Team.pdf"));
        for address in [of_team.clone(), format!("{of_team}/content")] {
            assert_eq!(world.get(Role::Plain, &address).await.status, 404);
        }
    }

    async fn the_archive_has_what_files_hold(world: &World) {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("Offer.pdf", &pdf("an offer"))]).await.location();
        let archive = world.get(Role::Admin, "/admin/archive").await;
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&archive.bytes)).unwrap();
        let sha256 = world.texts("SELECT sha256 FROM files").remove(0);
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(&format!("files/{sha256}")).unwrap(), &mut content).unwrap();
        assert_eq!(content, pdf("an offer"));
    }

    async fn a_merge_takes_files_along_and_gives_them_back(world: &World) {
        let (one, other) = (world.client("Alpha").await, world.client("Beta").await);
        let path = format!("/clients/{other}/files");
        world.upload(Role::Plain, &path, &[], &[("Offer.pdf", &pdf("x"))]).await.location();
        let merge = [("other", &*other.to_string())];
        world.post(Role::Admin, &format!("/clients/{one}/merge"), &merge).await.location();
        assert_eq!(world.number("SELECT client_id FROM files"), one);
        assert!(world.page(Role::Plain, &format!("/clients/{one}")).await.contains("Offer.pdf"));
        world.post(Role::Admin, &format!("/changes/{}/undo", last_change(world)), &[]).await.location();
        assert_eq!(world.number("SELECT client_id FROM files"), other);
    }
}

/// A request with files whose body is as it is given.
async fn send_raw(world: &World, path: &str, kind: &str, body: Vec<u8>) -> StatusCode {
    let request = world
        .request("POST", path)
        .header(header::ORIGIN, "http://roundtable.test")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, kind)
        .header(header::COOKIE, world.cookie(Role::Plain).unwrap());
    world.send(request.body(Body::from(body)).unwrap()).await.status
}

#[tokio::test]
async fn whatever_is_sent_nothing_fails_and_nothing_is_left_behind() {
    let world = World::sqlite();
    let client = world.client("Alpha").await;
    let path = format!("/clients/{client}/files");
    let names = [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\r\nSet-Cookie: x=y.pdf", "a Set-Cookie: x=y.pdf"),
        ("in\u{202e}fdp.pdf", "infdp.pdf"),
        ("zero\0.pdf", "zero.pdf"),
        ("quo\"te.pdf", "quo\"te.pdf"),
        ("Ünï ☢.pdf", "Ünï ☢.pdf"),
        ("no ending", "no ending.pdf"),
        ("", "Choose the files"),
        (" ", "Unnamed.pdf"),
    ];
    for (sent, kept) in names {
        let content = pdf(kept);
        let answer = world.upload(Role::Plain, &path, &[], &[(sent, &content)]).await;
        assert_eq!(answer.status, if sent.is_empty() { 422 } else { 303 }, "{sent:?} {}", answer.body);
        if !sent.is_empty() {
            let id = world.file(&kept.replace('\'', "''"));
            let file = world.get(Role::Plain, &format!("/files/{id}")).await;
            assert_eq!((file.status.as_u16(), &file.bytes), (200, &content), "{sent:?}");
            assert_eq!(file.headers.get_all(header::SET_COOKIE).iter().count(), 0);
        }
    }
    let long = format!("{}.pdf", "x".repeat(5_000));
    world.upload(Role::Plain, &path, &[], &[(&long, &pdf("long"))]).await.location();
    let before = (world.number("SELECT count(*) FROM files"), contents(&world.config.files).len());
    let (kind, whole) = crate::world::multipart(&[("visibility", "open")], &[("cut.pdf", &pdf("cut"))]);
    for length in (0..whole.len() - 4).step_by(7) {
        let status = send_raw(&world, &path, &kind, whole[..length].to_vec()).await;
        assert!(status.is_client_error(), "{length}: {status}");
    }
    for (kind, body) in [
        ("multipart/form-data", whole.clone()),
        ("multipart/form-data; boundary=", whole.clone()),
        ("multipart/form-data; boundary=another", whole.clone()),
        ("application/json", b"{}".to_vec()),
        ("text/plain", whole.clone()),
        (&kind, b"\0\xff".repeat(9_000)),
        (&kind, b"------line-of-tests\r\n".repeat(9_000)),
        (&kind, [b"------line-of-tests\r\nX: ".to_vec(), vec![b'y'; 100_000]].concat()),
    ] {
        let status = send_raw(&world, &path, kind, body).await;
        assert!(status.is_client_error(), "{kind}: {status}");
    }
    let mut large = pdf("large");
    large.resize(51_000_000, b' ');
    let answer = world.upload(Role::Plain, &path, &[], &[("large.pdf", &large), ("small.pdf", &pdf("small"))]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("large.pdf is larger than 50 MB"), "{}", answer.body);
    large.truncate(50_000_000);
    let answer = world.upload(Role::Plain, &path, &[], &[("largest.pdf", &large)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let many: Vec<(String, Vec<u8>)> = (0..31).map(|n| (format!("{n}.pdf"), pdf(&n.to_string()))).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    assert_eq!(world.upload(Role::Plain, &path, &[], &many).await.status, 422);
    let after = (world.number("SELECT count(*) FROM files"), contents(&world.config.files).len());
    assert_eq!(after, (before.0 + 1, before.1 + 1));
    assert_eq!(arriving(&world), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_part_of_a_file_is_given_to_who_asks_for_it() {
    let world = World::sqlite();
    let client = world.client("Alpha").await;
    let content: Vec<u8> = pdf("x").into_iter().chain((0..400_000).map(|n| b'a' + (n % 26) as u8)).collect();
    world.upload(Role::Plain, &format!("/clients/{client}/files"), &[], &[("a.pdf", &content)]).await.location();
    let path = format!("/files/{}", world.file("a.pdf"));
    let ask = async |range: &str, known: Option<&str>| {
        let mut request = world.request("GET", &path).header(header::COOKIE, world.cookie(Role::Plain).unwrap());
        request = request.header(header::RANGE, range).header(header::ACCEPT_ENCODING, "gzip");
        if let Some(tag) = known {
            request = request.header(header::IF_RANGE, tag);
        }
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let part = ask("bytes=100000-299999", None).await;
    assert_eq!((part.status.as_u16(), &part.bytes[..]), (206, &content[100_000..300_000]));
    assert_eq!(part.headers[header::CONTENT_RANGE], format!("bytes 100000-299999/{}", content.len()));
    let tag = part.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(ask("bytes=5-9", Some(&tag)).await.bytes, content[5..10]);
    assert_eq!(ask("bytes=5-9", Some("\"older\"")).await.bytes, content);
    assert_eq!(ask("bytes=9999999-", None).await.status, 416);
    fs::remove_dir_all(&world.config.files).unwrap();
    assert_eq!(world.get(Role::Plain, &path).await.status, 409);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_reads_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::sqlite();
    let client = world.client("Alpha").await;
    world.upload(Role::Plain, &format!("/clients/{client}/files"), &[], &[("a.pdf", &pdf("x"))]).await.location();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = contents(&world.config.files).remove(0);
    assert_eq!((mode(&file), mode(file.parent().unwrap()), mode(&world.config.files)), (0o600, 0o700, 0o700));
}

#[tokio::test]
async fn what_lies_on_the_disk_is_bounded_whatever_rows_say() {
    let world = World::sqlite();
    let client = world.client("Alpha").await;
    let path = format!("/clients/{client}/files");
    // A row without a content takes no room.
    world.execute(&format!(
        "INSERT INTO files (file_id, client_id, file_name, media_type, size_bytes, sha256, visibility, created_date) \
         VALUES (1, {client}, 'a.pdf', 'application/pdf', 19999999990, '{}', 'open', '2026-11-16 12:00:00')",
        "0".repeat(64)
    ));
    world.upload(Role::Plain, &path, &[], &[("b.pdf", &pdf("x"))]).await.location();
    // What was removed, and can still be brought back, does.
    let folder = world.config.files.join("11");
    fs::create_dir_all(&folder).unwrap();
    fs::File::create(folder.join("1".repeat(64))).unwrap().set_len(19_999_999_990).unwrap();
    let refused = world.upload(Role::Plain, &path, &[], &[("c.pdf", &pdf("y"))]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("no room"), "{}", refused.body);
    assert_eq!(contents(&world.config.files).len(), 2);
}

#[tokio::test]
async fn a_file_that_is_refused_last_leaves_nothing_on_the_disk() {
    let world = World::sqlite();
    let client = world.client("Alpha").await;
    let path = format!("/clients/{client}/files");
    world.post(Role::Plain, &format!("/clients/{client}/archive"), &[("archived", "on")]).await.location();
    let refused = world.upload(Role::Plain, &path, &[], &[("b.pdf", &pdf("x"))]).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(contents(&world.config.files), Vec::<PathBuf>::new());
}
