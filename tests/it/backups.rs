//! Backups: for their owner alone, refused when they cannot be read back, one for all who migrate at once.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use roundtable::config::Address;
use roundtable::db::{backup, migrate};
use roundtable::files::store::Store;

use crate::world::{Role, World, empty_postgres, empty_sqlite, on_both, pdf};

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_backup_is_for_its_owner_alone() {
    on_both(async |world| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy");
        backup::write(&world.config.database, &file).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert!(fs::metadata(&file).unwrap().len() > 0);
    })
    .await;
}

#[tokio::test]
async fn a_backup_brings_along_what_files_hold() {
    on_both(async |world| {
        let client = world.client("Alpha").await;
        let path = format!("/clients/{client}/files");
        world.upload(Role::Plain, &path, &[], &[("a.pdf", &pdf("a")), ("b.pdf", &pdf("b"))]).await.location();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy.db");
        let address = match &world.config.database {
            Address::Sqlite(file) => format!("sqlite:{}", file.display()),
            Address::Postgres(url) => url.clone(),
        };
        let back_up = || {
            Command::new(env!("CARGO_BIN_EXE_roundtable"))
                .args(["backup", file.to_str().unwrap(), "--database", &address])
                .args(["--files", world.config.files.to_str().unwrap()])
                .output()
                .unwrap()
        };
        let told = back_up();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let copies = Store::at(&folder.path().join("copy.db-files"));
        for sha256 in world.texts("SELECT sha256 FROM files") {
            assert!(copies.has(&sha256), "{sha256}");
        }
        // One that is damaged is told, and its copy is no backup of it.
        let sha256 = world.texts("SELECT sha256 FROM files WHERE file_name = 'a.pdf'").remove(0);
        fs::write(world.config.files.join(&sha256[..2]).join(&sha256), "other words").unwrap();
        fs::remove_file(&file).unwrap();
        fs::remove_dir_all(folder.path().join("copy.db-files")).unwrap();
        let told = back_up();
        assert!(!told.status.success() && String::from_utf8_lossy(&told.stderr).contains(&sha256));
        assert!(file.exists() && !copies.has(&sha256));
    })
    .await;
}

#[test]
fn a_dump_that_cannot_be_read_back_is_none() {
    let world = World::postgres();
    let Address::Postgres(url) = &world.config.database else { panic!("not on PostgreSQL") };
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var("PATH").unwrap();
    let programs = folder.path().join("bin");
    fs::create_dir(&programs).unwrap();
    let file = folder.path().join("copy.dump");
    for damage in ["echo rubbish >\"$3\"", "truncate --size=-2000 \"$3\""] {
        let dump = programs.join("pg_dump");
        fs::write(&dump, format!("#!/bin/sh\nPATH='{path}' pg_dump \"$@\" && {damage}\n")).unwrap();
        fs::set_permissions(&dump, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = Command::new(env!("CARGO_BIN_EXE_roundtable"))
            .args(["backup", file.to_str().unwrap(), "--database", url])
            .env("PATH", format!("{}:{path}", programs.display()))
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && words.contains("the backup is damaged"), "{words}");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "nothing but the folder of programs is left");
    }
}

#[test]
fn three_migrators_at_once_make_one_backup_and_none_fails() {
    for (folder, config) in [empty_sqlite(), empty_postgres()] {
        let mut db = config.database.connect(config.durability).unwrap();
        let steps = migrate::known(&db);
        let now = chrono::Utc::now().naive_utc();
        migrate::apply(&mut db, &config, &steps[..steps.len() - 1], now).unwrap();
        let address = match &config.database {
            Address::Sqlite(file) => format!("sqlite:{}", file.display()),
            Address::Postgres(url) => url.clone(),
        };
        let backups = folder.path().join("backups");
        let migrator = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_roundtable"));
            command.args(["apply-migrations", "--database", &address, "--backups", backups.to_str().unwrap()]);
            command.output().unwrap()
        };
        let outputs = std::thread::scope(|scope| {
            let migrators = [scope.spawn(migrator), scope.spawn(migrator), scope.spawn(migrator)];
            migrators.map(|migrator| migrator.join().unwrap())
        });
        let told: Vec<String> = outputs.iter().map(|output| String::from_utf8_lossy(&output.stdout).into()).collect();
        for output in &outputs {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(told.iter().filter(|told| told.contains("backup: ")).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| told.contains("nothing was pending")).count(), 2, "{told:?}");
        let kept: Vec<_> = fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert!(!kept[0].to_string_lossy().contains("unfinished"), "{kept:?}");
        assert_eq!(migrate::standing(&mut db, &steps).unwrap().pending, []);
    }
}
