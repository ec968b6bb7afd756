//! Accounts, and the tokens of programs and assistants.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use chrono::Days;

use crate::accounts::{AccountDraft, queries as accounts, reset};
use crate::config::Config;
use crate::db::{Db, write_transaction};
use crate::error::{Error, Result};
use crate::firm::Settings;
use crate::sessions::{KnownWords, Password, SignInName, queries as sessions};
use crate::tokens::{Scope, Token, TokenDraft, queries as tokens};
use crate::{mcp, shared};

use super::line::{NewToken, NewUser};
use super::{open, open_existing, read};

/// The password from standard input, or a new one that is shown once.
fn password(from_stdin: bool, known: &KnownWords) -> Result<(Password, bool)> {
    if !from_stdin {
        return Ok((Password::generate(), true));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let line = text.trim_end_matches(['\r', '\n']);
    let chosen = Password::chosen(line, known);
    Ok((chosen.map_err(|words| Error::Setup(format!("the password cannot be used. {words}")))?, false))
}

/// Adds an account; only a full name that was given makes a person.
fn add_account(
    config: &Config,
    db: &mut Db,
    draft: &AccountDraft,
    password: &Password,
    names_person: bool,
) -> Result<()> {
    let hash = password.hash()?;
    let visit = config.command_line_visit();
    let insert = if names_person { accounts::insert } else { accounts::insert_without_person };
    let added = write_transaction(db, |db| insert(db, &visit, draft, &hash));
    match added {
        Err(error) if error.is_duplicate() => {
            Err(Error::Setup("an account of this name or email address exists already".into()))
        }
        other => other.map(|_| ()),
    }
}

/// `user add`
pub fn add_user(config: &Config, user: NewUser) -> Result<()> {
    let username = SignInName::of(&user.name).as_str().to_owned();
    let names_person = user.full_name.is_some();
    let draft = AccountDraft {
        full_name: user.full_name.unwrap_or_else(|| user.name.clone()),
        email: user.email.trim().to_lowercase(),
        has_confidential_access: user.confidential,
        is_ned_team: user.ned_team,
        is_admin: user.admin,
        is_read_only: user.read_only,
        ..AccountDraft::nobody()
    };
    if username.is_empty() || username.contains(char::is_whitespace) || !draft.email.contains('@') {
        return Err(Error::Setup("a user needs a name without spaces and an email address".into()));
    }
    let draft = AccountDraft { username, ..draft };
    let known = KnownWords::of(&[&draft.username, &draft.email, &draft.full_name, &config.organisation]);
    let (password, show) = password(user.password_stdin, &known)?;
    add_account(config, &mut open(config)?, &draft, &password, names_person)?;
    print_password(&draft.username, password, show);
    Ok(())
}

fn print_password(username: &str, password: Password, show: bool) {
    if show {
        println!("{username} signs in with {} (shown once)", password.reveal_once());
    } else {
        println!("{username} can sign in");
    }
}

/// `user password`
pub fn set_password(config: &Config, name: &str, from_stdin: bool) -> Result<()> {
    let mut db = open_existing(config)?;
    let account = sessions::find_by_name(&mut db, &SignInName::of(name))?;
    let account = account.ok_or_else(|| Error::Setup(format!("there is no account {name}")))?;
    let (password, show) = password(from_stdin, &account.known_words(&config.organisation))?;
    let hash = password.hash()?;
    let visit = config.command_line_visit();
    let revoked = write_transaction(&mut db, |db| reset(db, &visit, account.user_id, &hash))?;
    if revoked > 0 {
        eprintln!("tokens revoked: {revoked}");
    }
    print_password(&account.username, password, show);
    Ok(())
}

/// `user list`
pub fn list_users(config: &Config) -> Result<()> {
    let mut db = open_existing(config)?;
    let visit = config.command_line_visit();
    for row in accounts::list(&mut db, visit.viewer.require_admin()?)? {
        println!("{:<16} {:<32} {}", row.draft.username, row.draft.email, row.draft.rights_in_words());
    }
    Ok(())
}

/// `token add`
pub fn add_token(config: &Config, token: NewToken) -> Result<()> {
    let mut db = open_existing(config)?;
    let account = sessions::find_by_name(&mut db, &SignInName::of(&token.user))?;
    let account = account.ok_or_else(|| Error::Setup(format!("there is no account {}", token.user)))?;
    let token_name = token.name.trim().to_owned();
    if token_name.is_empty() {
        return Err(Error::Setup("a token needs a name that says what it is for".into()));
    }
    let visit = config.command_line_visit();
    let reaches = |area: &str| token.areas.iter().any(|one| one == area);
    let draft = TokenDraft {
        user_id: account.user_id,
        token_name,
        scope: if token.scope == "write" { Scope::Write } else { Scope::Read },
        reaches_confidential: reaches("confidential"),
        reaches_team: reaches("team"),
        reaches_admin: reaches("admin"),
        expires_date: visit.now + Days::new(token.days.into()),
    };
    let made = write_transaction(&mut db, |db| tokens::insert(db, &visit, &draft))?;
    println!("{}", made.reveal_once());
    Ok(())
}

/// `mcp`
pub fn answer_assistant(config: Config, token_file: Option<&Path>) -> Result<()> {
    let token = match token_file {
        Some(file) => read(file)?,
        None => std::env::var("ROUNDTABLE_TOKEN")
            .map_err(|_| Error::Setup("give a token by --token-file or ROUNDTABLE_TOKEN".into()))?,
    };
    let mut db = open_existing(&config)?;
    let settings = Settings::new(config);
    settings.read(&mut db)?;
    drop(db);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(mcp::serve(shared(settings), Token::of(&token)));
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}
