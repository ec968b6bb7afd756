//! Rebuilds when an embedded file changes: the assets and the migrations.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=migrations");
}
