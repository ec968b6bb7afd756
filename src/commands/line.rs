//! The command line, one subcommand a line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Flags};
use crate::log;
use crate::mail::sending::Sender;
use crate::webhooks::sending::Teller;

/// Roundtable: whom we work with, what connects them, who has gone quiet.
#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(flatten)]
    settings: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages; a new database gets its first administrator, whose password is shown once
    Serve,
    /// Serve demonstration data and print the sign-ins
    Demo {
        /// Fill the database and stop
        #[arg(long)]
        fill_only: bool,
        /// Rename a database file of an older build and begin a new one
        #[arg(long)]
        put_aside: bool,
    },
    /// Tell the schema's version and what is pending
    CheckMigrations,
    /// Back up, then bring the schema to this program's version
    ApplyMigrations,
    /// Manage accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Manage tokens, with which programs ask
    #[command(subcommand)]
    Token(TokenCommand),
    /// Answer an assistant (Model Context Protocol) on standard input and output, for the account of a token
    Mcp {
        /// A file that holds the token; without it, ROUNDTABLE_TOKEN does
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
    /// Bring in records from a file
    #[command(subcommand)]
    Import(ImportCommand),
    /// Add synthetic clients for measuring, the same for the same seed
    Generate {
        /// How many clients
        #[arg(long)]
        clients: u32,
        /// How many projects, and as many owners, around them
        #[arg(long, default_value_t = 200)]
        projects: u32,
        /// Which of the many possible sets
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Send the mail that is due, and stop; a server does so by itself
    SendMail,
    /// Tell webhooks what is due, and stop; a server does so by itself
    TellWebhooks,
    /// Write all records to a new zip of JSON lines that other programs read, with a description of the columns
    Archive {
        /// The file to write
        file: PathBuf,
    },
    /// Write a checked backup to a new file
    Backup {
        /// The file to write
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add an account, tied to the internal person of its full name
    Add(NewUser),
    /// Set a new password
    Password {
        /// User name
        name: String,
        /// Read the password from standard input; without it one is made and shown once
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the accounts
    List,
}

/// An account to be added.
#[derive(Args)]
pub struct NewUser {
    /// User name
    pub name: String,
    /// Email address
    #[arg(long)]
    pub email: String,
    /// Full name; the internal person of this name is made if there is none [default: the user name, which makes none]
    #[arg(long)]
    pub full_name: Option<String>,
    /// May see confidential links, contacts and figures
    #[arg(long)]
    pub confidential: bool,
    /// Belongs to the NED Team
    #[arg(long)]
    pub ned_team: bool,
    /// May do everything
    #[arg(long)]
    pub admin: bool,
    /// May change nothing
    #[arg(long)]
    pub read_only: bool,
    /// Read the password from standard input; without it one is made and shown once
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print it, this once
    Add(NewToken),
}

/// A token to be made.
#[derive(Args)]
pub struct NewToken {
    /// What it is for
    pub name: String,
    /// The user name of the account for which it asks
    #[arg(long)]
    pub user: String,
    /// Whether it may change anything
    #[arg(long, value_parser = ["read", "write"], default_value = "read")]
    pub scope: String,
    /// What it reaches beside what is open to everyone, as far as the account may
    #[arg(long, value_delimiter = ',', value_parser = ["confidential", "team", "admin"],
        default_values = ["confidential", "team", "admin"], num_args = 0..)]
    pub areas: Vec<String>,
    /// After how many days it ends
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub days: u32,
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Vendors, designs, owners, projects and their links (JSON), by slug; a second run changes nothing
    Industry {
        /// The file to read
        file: PathBuf,
    },
    /// The database of the earlier system (SQLite), whole; a second run changes nothing
    Nukeworks {
        /// The file to read
        file: PathBuf,
        /// Tell what would come of it, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Messages of a mailbox (maildir) between a colleague and a person on file, as contacts with the person's client
    Maildir {
        /// The folder with `cur` and `new`
        folder: PathBuf,
        /// Tell what would come of it, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Make the contacts confidential
        #[arg(long)]
        confidential: bool,
    },
    /// The same of the mailbox that the settings name (--mailbox): a maildir, or a folder on an IMAP server
    Mailbox {
        /// Tell what would come of it, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Make the contacts confidential
        #[arg(long)]
        confidential: bool,
    },
    /// Clients (CSV with column names), points of contact by name
    Clients {
        /// The file to read
        file: PathBuf,
    },
}

/// Does what the command line asks, and says what went wrong.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    log::start();
    let outcome = Config::load(line.settings).and_then(|config| match line.command {
        Command::Serve => super::serve(config),
        Command::Demo { fill_only, put_aside } => super::demo(config, fill_only, put_aside),
        Command::CheckMigrations => super::check_migrations(&config),
        Command::ApplyMigrations => super::apply_migrations(&config),
        Command::User(UserCommand::Add(user)) => super::add_user(&config, user),
        Command::User(UserCommand::Password { name, password_stdin }) => {
            super::set_password(&config, &name, password_stdin)
        }
        Command::User(UserCommand::List) => super::list_users(&config),
        Command::Token(TokenCommand::Add(token)) => super::add_token(&config, token),
        Command::Mcp { token_file } => super::answer_assistant(config, token_file.as_deref()),
        Command::Import(ImportCommand::Industry { file }) => super::import_industry(&config, &file),
        Command::Import(ImportCommand::Clients { file }) => super::import_clients(&config, &file),
        Command::Import(ImportCommand::Maildir { folder, dry_run, confidential }) => {
            super::import_maildir(&config, &folder, dry_run, confidential)
        }
        Command::Import(ImportCommand::Mailbox { dry_run, confidential }) => {
            super::import_mailbox(&config, dry_run, confidential)
        }
        Command::Import(ImportCommand::Nukeworks { file, dry_run }) => super::import_nukeworks(&config, &file, dry_run),
        Command::Generate { clients, projects, seed } => super::generate(&config, clients, projects, seed),
        Command::SendMail => super::do_errand(config, Sender::new),
        Command::TellWebhooks => super::do_errand(config, Teller::new),
        Command::Archive { file } => super::archive(&config, &file),
        Command::Backup { file } => super::backup(&config, &file),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roundtable: {error}");
            ExitCode::FAILURE
        }
    }
}
