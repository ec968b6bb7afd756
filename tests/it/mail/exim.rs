//! Mail through a server that is not ours, Debian's Exim: what it takes arrives as it was meant, what it refuses is
//! known, and the mailbox that it writes is read.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use roundtable::config::Flags;
use roundtable::jobs::Tally;
use tempfile::TempDir;

use super::mailbox::{OFFER, person, run};
use super::{give, no_digests, send, sent, user};
use crate::mail_server::{Taken, flags_for};
use crate::world::{Role, on_both_with};

const PROGRAM: &str = "/usr/sbin/exim4";

/// An Exim that is asked by each connection anew, and keeps all mail in one mailbox.
struct Exim {
    folder: TempDir,
    port: u16,
}

impl Exim {
    fn start() -> Self {
        let is_there = fs::exists(PROGRAM).unwrap();
        assert!(is_there, "Exim is missing; scripts/install-packages exim4-daemon-light brings it");
        let folder = tempfile::tempdir().unwrap();
        // It gives up being root, and has to write here then.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let exim = Self { folder, port: listener.local_addr().unwrap().port() };
        let here = exim.folder.path().display();
        let settings = format!(
            "primary_hostname = mail.test\nspool_directory = {here}/spool\nlog_file_path = {here}/%slog\n\
             keep_environment =\ntls_advertise_hosts =\ndeliver_drop_privilege\nacl_smtp_rcpt = rcpt\n\
             begin acl\nrcpt:\n  deny local_parts = nobody\n  message = 5.1.1 no such mailbox\n\
             defer local_parts = later\n  message = 4.2.1 come back later\n\
             accept domains = mpr.example\n  deny message = 5.7.1 no relay\n\
             begin routers\nall:\n  driver = accept\n  transport = folder\n\
             begin transports\nfolder:\n  driver = appendfile\n  maildir_format\n  directory = {here}/mail\n"
        );
        fs::write(exim.settings(), settings).unwrap();
        let settings = exim.settings();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, said) = (stream.as_ref().unwrap().try_clone().unwrap(), stream.unwrap());
                let mut command = Command::new(PROGRAM);
                command.args(["-bs", "-odi", "-C"]).arg(&settings).stderr(Stdio::null());
                command.stdin(OwnedFd::from(heard)).stdout(OwnedFd::from(said));
                let _ = command.status();
            }
        });
        exim
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("settings")
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    fn flags(&self) -> Flags {
        flags_for(self.port)
    }

    /// Brings a message to it as programs on its machine do.
    fn bring(&self, message: &str, to: &str) {
        let mut command = Command::new(PROGRAM);
        command.args(["-odi", "-C"]).arg(self.settings()).args(["-f", "rosa@granite.example", to]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// What has arrived since it was asked last.
    fn arrived(&self) -> Vec<Taken> {
        let files = fs::read_dir(self.mailbox().join("new")).into_iter().flatten();
        let read = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
            fs::remove_file(path).unwrap();
            Taken { from: String::new(), to: Vec::new(), text }
        };
        files.map(|file| read(file.unwrap().path())).collect()
    }
}

#[tokio::test]
async fn what_a_real_server_takes_arrives_and_what_it_refuses_is_known() {
    let exim = Exim::start();
    on_both_with(&exim.flags(), async |world| {
        no_digests(world).await;
        let client = world.client("Żółw & Söhne").await;
        let id = user(world, Role::Plain);
        let address = |email: &str| world.execute(&format!("UPDATE users SET email = '{email}' WHERE user_id = {id}"));
        let line = if world.config.database.file().is_some() { "char(13, 10)" } else { "chr(13) || chr(10)" };
        world.execute(&format!(
            "UPDATE users SET full_name = 'Ève' || {line} || 'Bcc: eve@mpr.example' WHERE user_id = {id}"
        ));
        give(world, client, Role::Plain, "offer\r\n.\r\nQUIT\r\n.. żółw", true).await;
        assert_eq!(send(world), sent(1));
        let mail = exim.arrived();
        assert_eq!(mail.len(), 1);
        let mail = &mail[0];
        assert!(mail.plain().contains("Żółw & Söhne: offer . QUIT .. żółw"), "{}", mail.plain());
        assert!(mail.field("To").ends_with("<plain@mpr.example>"));
        assert!(mail.head().iter().all(|line| !line.starts_with("Bcc")), "{:?}", mail.head());
        assert!(mail.field("List-Unsubscribe").starts_with("<http://roundtable.test/mail/unsubscribe/"));
        // Not now; never to that address; not from us.
        address("later@mpr.example");
        give(world, client, Role::Plain, "call them", true).await;
        assert_eq!(send(world), Tally { again: 1, ..sent(0) });
        address("plain@elsewhere.example");
        give(world, client, Role::Plain, "write to them", true).await;
        assert_eq!(send(world), Tally { again: 1, ..sent(0) });
        assert_eq!(world.number("SELECT count(*) FROM mail_bounces"), 0);
        address("nobody@mpr.example");
        give(world, client, Role::Plain, "visit them", true).await;
        assert_eq!(send(world), Tally { failed: 1, ..sent(0) });
        let page = world.page(Role::Plain, "/profile/mail").await;
        assert!(page.contains("no such mailbox"), "{page}");
        assert!(exim.arrived().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_another_program_wrote_is_read() {
    let exim = Exim::start();
    exim.bring(OFFER, "plain@mpr.example");
    on_both_with(&exim.flags(), async |world| {
        let client = person(world, "Rosa Lind", "rosa@granite.example", "Granite Power").await;
        let told = run(world, &[exim.mailbox().to_str().unwrap()]);
        assert!(told.ends_with("messages: 1 in, 1 taken, 0 known, 0 named\n"), "{told}");
        let page = world.page(Role::Plain, &format!("/clients/{client}")).await;
        assert!(page.contains("The offer · second round"), "{page}");
    })
    .await;
}
