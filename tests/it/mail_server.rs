//! A mail server that does as it is told: it takes mail, refuses it for now or for good, is slow, or hangs up.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use roundtable::config::{Flags, MailSecurity};

/// What it does when it hears a command, instead of what is usual.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Says this.
    Says(&'static str),
    /// Says what is usual after so long.
    After(Duration),
    /// Hangs up.
    HangsUp,
}

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

impl Taken {
    /// The lines of the head, unfolded.
    pub fn head(&self) -> Vec<String> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n").map(ToOwned::to_owned).collect()
    }

    /// A field of the head, which is there once.
    pub fn field(&self, name: &str) -> String {
        let head = self.head();
        let mut values = head.iter().filter_map(|line| line.strip_prefix(&format!("{name}: ")));
        let value = values.next().unwrap_or_else(|| panic!("no {name} in {head:?}")).to_owned();
        assert!(values.next().is_none(), "{name} twice in {head:?}");
        value
    }

    /// The plain part, with its codes for single bytes undone.
    pub fn plain(&self) -> String {
        let part = self.text.split("text/plain").nth(1).expect("a plain part");
        let boundary = self.text.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let part = part.split_once("\r\n\r\n").unwrap().1.split(&format!("\r\n--{boundary}")).next().unwrap();
        let joined = part.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((&first, others)) = rest.split_first() {
            let code = (first == b'=').then(|| std::str::from_utf8(others.get(..2)?).ok()).flatten();
            match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
                Some(byte) => (bytes.push(byte), rest = &others[2..]).1,
                None => (bytes.push(first), rest = others).1,
            }
        }
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    /// For the next times a command that begins so is heard.
    replies: Vec<(&'static str, Reply)>,
    connections: usize,
}

#[derive(Clone)]
pub struct MailServer {
    port: u16,
    state: Arc<Mutex<State>>,
}

/// The settings of a Roundtable that sends its mail to that port of this machine.
pub fn flags_for(port: u16) -> Flags {
    Flags {
        smtp_host: Some("127.0.0.1".into()),
        smtp_port: Some(port),
        smtp_security: Some(MailSecurity::None),
        mail_from: Some("Roundtable <crm@mpr.example>".into()),
        public_url: Some("http://roundtable.test".into()),
        ..Flags::default()
    }
}

impl MailServer {
    /// Listens for as long as the tests run.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let own = own.clone();
                std::thread::spawn(move || own.talk(stream.unwrap()));
            }
        });
        server
    }

    /// The settings of a Roundtable that sends its mail here.
    pub fn flags(&self) -> Flags {
        flags_for(self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next time that a command begins so, it does this.
    pub fn next_time(&self, command: &'static str, reply: Reply) {
        self.state().replies.push((command, reply));
    }

    /// What was taken since it was asked last.
    pub fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.state().taken)
    }

    /// How often someone called.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Does what is usual from now on.
    pub fn forget(&self) {
        self.state().replies.clear();
    }

    fn reply_to(&self, line: &str) -> Option<Reply> {
        let mut state = self.state();
        let found = state.replies.iter().position(|(command, _)| line.starts_with(command));
        found.map(|place| state.replies.remove(place).1)
    }

    fn talk(&self, stream: TcpStream) {
        self.state().connections += 1;
        let mut writer = stream.try_clone().unwrap();
        let mut say = |words: &str| writer.write_all(format!("{words}\r\n").as_bytes()).is_ok();
        let mut lines = BufReader::new(stream);
        let mut mail = Taken { from: String::new(), to: Vec::new(), text: String::new() };
        if !say("220 mail.test") {
            return;
        }
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_owned();
            match self.reply_to(&line) {
                Some(Reply::HangsUp) => return,
                Some(Reply::Says(words)) => {
                    say(words);
                    continue;
                }
                Some(Reply::After(pause)) => std::thread::sleep(pause),
                None => {}
            }
            let between = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let goes_on = match line.split([' ', ':']).next().unwrap_or_default() {
                "MAIL" => (mail.from = between(&line), say("250 ok")).1,
                "RCPT" => (mail.to.push(between(&line)), say("250 ok")).1,
                "DATA" => {
                    say("354 go on");
                    mail.text = read_text(&mut lines);
                    self.state().taken.push(mail.clone());
                    mail.to.clear();
                    // Taken, and gone before it says so.
                    self.reply_to("taken").is_none() && say("250 taken")
                }
                "QUIT" => (say("221 bye"), false).1,
                _ => say("250 ok"),
            };
            if !goes_on {
                return;
            }
        }
    }
}

fn read_text(lines: &mut BufReader<TcpStream>) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 || line == ".\r\n" {
            return text;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
