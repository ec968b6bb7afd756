//! An IMAP server that does as it is told: it gives messages, refuses, says rubbish without end, or falls silent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

use roundtable::config::Flags;
use tempfile::NamedTempFile;

pub const PASSWORD: &str = "a password for the mail server";

/// What it does when it hears a command, instead of what is usual.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Says this, as it is.
    Says(String),
    /// Says this again and again.
    SaysForEver(&'static str),
    /// Says nothing more, and keeps the connection.
    Silent,
    /// Ends the connection.
    HangsUp,
}

#[derive(Default)]
struct State {
    messages: Vec<String>,
    /// For each time that a command that begins so is heard.
    replies: Vec<(&'static str, Reply)>,
    /// The commands, without what tells them apart.
    heard: Vec<String>,
}

#[derive(Clone)]
pub struct ImapServer {
    port: u16,
    state: Arc<Mutex<State>>,
    password_file: Arc<NamedTempFile>,
}

impl ImapServer {
    /// Listens for as long as the tests run.
    pub fn start() -> Self {
        Self::start_behind(Some)
    }

    /// The same over what becomes of each connection.
    pub fn start_behind<S: Read + Write>(
        become_stream: impl Fn(std::net::TcpStream) -> Option<S> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let password_file = NamedTempFile::new().unwrap();
        std::fs::write(password_file.path(), format!("{PASSWORD}\n")).unwrap();
        let server = Self { port, state: Arc::default(), password_file: Arc::new(password_file) };
        let (own, become_stream) = (server.clone(), Arc::new(become_stream));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (own, become_stream) = (own.clone(), Arc::clone(&become_stream));
                std::thread::spawn(move || {
                    if let Some(stream) = become_stream(stream.unwrap()) {
                        let _ = own.talk(stream);
                    }
                });
            }
        });
        server
    }

    pub fn address(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://plain%40mpr.example@{host}:{}/INBOX", self.port)
    }

    /// The settings of a Roundtable whose mailbox is here, by flags of the command line.
    pub fn arguments(&self, scheme: &str, host: &str) -> Vec<String> {
        let file = self.password_file.path().to_str().unwrap().to_owned();
        let words =
            ["--mailbox", &self.address(scheme, host), "--mailbox-password-file", &file, "--mailbox-seconds", "2"];
        words.map(ToOwned::to_owned).to_vec()
    }

    /// The same settings as they are loaded.
    pub fn flags(&self) -> Flags {
        Flags {
            mailbox: Some(self.address("imap", "127.0.0.1").into()),
            mailbox_password_file: Some(self.password_file.path().to_owned()),
            mailbox_seconds: Some(2),
            ..Flags::default()
        }
    }

    pub fn set_password(&self, password: &str) {
        std::fs::write(self.password_file.path(), password).unwrap();
    }

    /// The messages of its one folder.
    pub fn holds(&self, messages: &[String]) {
        self.state().messages = messages.iter().map(|text| text.replace('\n', "\r\n")).collect();
    }

    /// Each time that a command that begins so is heard, it does this; `greeting` is a command too.
    pub fn always(&self, command: &'static str, reply: Reply) {
        self.state().replies.push((command, reply));
    }

    /// Does what is usual from now on, for whoever has the password.
    pub fn forget(&self) {
        self.state().replies.clear();
        self.set_password(PASSWORD);
    }

    /// The commands it heard since it was asked last.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.state().heard)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn talk(&self, stream: impl Read + Write) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        self.answer(&mut stream, "", "greeting")?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((tag, command)) = line.trim_end().split_once(' ') else { return Ok(()) };
            self.state().heard.push(command.to_owned());
            self.answer(&mut stream, tag, command)?;
        }
    }

    fn answer(&self, stream: &mut BufReader<impl Read + Write>, tag: &str, command: &str) -> std::io::Result<()> {
        let found = self.state().replies.iter().find(|(begins, _)| command.starts_with(begins)).cloned();
        let stream = stream.get_mut();
        match found.map(|(_, reply)| reply) {
            Some(Reply::Says(text)) => stream.write_all(text.replace("TAG", tag).as_bytes())?,
            Some(Reply::SaysForEver(text)) => loop {
                stream.write_all(text.as_bytes())?;
            },
            Some(Reply::Silent) => {}
            Some(Reply::HangsUp) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
            None => stream.write_all(&self.usual(tag, command))?,
        }
        stream.flush()
    }

    fn usual(&self, tag: &str, command: &str) -> Vec<u8> {
        let messages = self.state().messages.clone();
        let words: Vec<&str> = command.split(' ').collect();
        match words[0] {
            "greeting" => "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Ready.\r\n".into(),
            "LOGIN" if command == format!("LOGIN \"plain@mpr.example\" \"{PASSWORD}\"") => {
                format!("{tag} OK [CAPABILITY IMAP4rev1] Welcome.\r\n").into()
            }
            // A server that is no friend repeats what it heard.
            "LOGIN" => format!("{tag} NO [AUTHENTICATIONFAILED] {command}\r\n").into(),
            "EXAMINE" if command == "EXAMINE \"INBOX\"" => {
                let exists = messages.len();
                format!(
                    "* FLAGS (\\Seen \\Draft)\r\n* {exists} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] UIDs valid\r\n\
                     {tag} OK [READ-ONLY] Done.\r\n"
                )
                .into()
            }
            "EXAMINE" => format!("{tag} NO [NONEXISTENT] No such folder.\r\n").into(),
            "FETCH" => {
                let (first, last) = words[1].split_once(':').unwrap();
                let given = (first.parse().unwrap()..=last.parse().unwrap()).map(|number: usize| {
                    let head = fields(&messages[number - 1]);
                    let asked = "BODY[HEADER.FIELDS (MESSAGE-ID FROM TO CC DATE SUBJECT)]<0>";
                    format!("* {number} FETCH ({asked} {{{}}}\r\n{head})\r\n", head.len())
                });
                format!("{}{tag} OK Done.\r\n", given.collect::<String>()).into()
            }
            "LOGOUT" => format!("* BYE\r\n{tag} OK Bye.\r\n").into(),
            _ => format!("{tag} BAD What?\r\n").into(),
        }
    }
}

/// The fields of a head that are asked for, as a server gives them.
pub fn fields(message: &str) -> String {
    let asked = ["message-id", "from", "to", "cc", "date", "subject"];
    let (mut given, mut is_asked) = (String::new(), false);
    for line in message.split("\r\n\r\n").next().unwrap().split_inclusive("\r\n") {
        if !line.starts_with([' ', '\t']) {
            is_asked = asked.contains(&line.split(':').next().unwrap().to_lowercase().as_str());
        }
        given.push_str(if is_asked { line } else { "" });
    }
    given.trim_end_matches("\r\n").to_owned() + "\r\n\r\n"
}
