//! The command line of Roundtable, one subcommand a line.

mod commands;
mod log;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use roundtable::config::{Config, Flags};
use roundtable::mail::sending::Sender;
use roundtable::webhooks::sending::Teller;

/// The C library's allocator keeps many heaps apart and grows with the threads that serve.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
struct NewUser {
    /// User name
    name: String,
    /// Email address
    #[arg(long)]
    email: String,
    /// Full name; the internal person of this name is made if there is none [default: the user name, which makes none]
    #[arg(long)]
    full_name: Option<String>,
    /// May see confidential links, contacts and figures
    #[arg(long)]
    confidential: bool,
    /// Belongs to the NED Team
    #[arg(long)]
    ned_team: bool,
    /// May do everything
    #[arg(long)]
    admin: bool,
    /// May change nothing
    #[arg(long)]
    read_only: bool,
    /// Read the password from standard input; without it one is made and shown once
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print it, this once
    Add(NewToken),
}

/// A token to be made.
#[derive(Args)]
struct NewToken {
    /// What it is for
    name: String,
    /// The user name of the account for which it asks
    #[arg(long)]
    user: String,
    /// Whether it may change anything
    #[arg(long, value_parser = ["read", "write"], default_value = "read")]
    scope: String,
    /// What it reaches beside what is open to everyone, as far as the account may
    #[arg(long, value_delimiter = ',', value_parser = ["confidential", "team", "admin"],
        default_values = ["confidential", "team", "admin"], num_args = 0..)]
    areas: Vec<String>,
    /// After how many days it ends
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
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
    /// Clients (CSV with column names), points of contact by name
    Clients {
        /// The file to read
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    log::start();
    let outcome = Config::load(line.settings).and_then(|config| match line.command {
        Command::Serve => commands::serve(config),
        Command::Demo { fill_only, put_aside } => commands::demo(config, fill_only, put_aside),
        Command::CheckMigrations => commands::check_migrations(&config),
        Command::ApplyMigrations => commands::apply_migrations(&config),
        Command::User(UserCommand::Add(user)) => commands::add_user(&config, user),
        Command::User(UserCommand::Password { name, password_stdin }) => {
            commands::set_password(&config, &name, password_stdin)
        }
        Command::User(UserCommand::List) => commands::list_users(&config),
        Command::Token(TokenCommand::Add(token)) => commands::add_token(&config, token),
        Command::Mcp { token_file } => commands::answer_assistant(config, token_file.as_deref()),
        Command::Import(ImportCommand::Industry { file }) => commands::import_industry(&config, &file),
        Command::Import(ImportCommand::Clients { file }) => commands::import_clients(&config, &file),
        Command::Import(ImportCommand::Maildir { folder, dry_run, confidential }) => {
            commands::import_maildir(&config, &folder, dry_run, confidential)
        }
        Command::Import(ImportCommand::Nukeworks { file, dry_run }) => {
            commands::import_nukeworks(&config, &file, dry_run)
        }
        Command::Generate { clients, projects, seed } => commands::generate(&config, clients, projects, seed),
        Command::SendMail => commands::do_errand(config, Sender::new),
        Command::TellWebhooks => commands::do_errand(config, Teller::new),
        Command::Archive { file } => commands::archive(&config, &file),
        Command::Backup { file } => commands::backup(&config, &file),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roundtable: {error}");
            ExitCode::FAILURE
        }
    }
}
