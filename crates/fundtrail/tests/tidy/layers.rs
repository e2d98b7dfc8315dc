//! Who may know whom: the table in `docs/architecture.md`, held against every manifest.

use std::collections::BTreeMap;

use crate::repository::{assert_none, code, names, read, table_rows};

/// A row of the table.
struct Room {
    layer: u8,
    only_home_of: Vec<String>,
}

/// What a manifest says: the package, and all packages that it names in whatever kind of dependency. True for those
/// that are built for tests only.
struct Manifest {
    package: String,
    dependencies: Vec<(String, bool)>,
}

fn rooms() -> BTreeMap<String, Room> {
    let mut rooms = BTreeMap::new();
    for row in table_rows(&read("docs/architecture.md")) {
        let [room, layer, _, homes] = row.as_slice() else { continue };
        let Some((room, layer)) = code(room).zip(layer.parse().ok()) else { continue };
        let only_home_of = homes.split(", ").filter_map(code).map(str::to_owned).collect();
        assert!(rooms.insert(room.to_owned(), Room { layer, only_home_of }).is_none(), "{room} has two rows");
    }
    rooms
}

fn manifest(folder: &str) -> Manifest {
    let table: toml::Table = read(&format!("{folder}/Cargo.toml")).parse().unwrap();
    let package = table["package"]["name"].as_str().unwrap().to_owned();
    let mut dependencies = Vec::new();
    gather(&table, &mut dependencies);
    Manifest { package, dependencies }
}

/// Dependencies stand at the top and under every target.
fn gather(table: &toml::Table, into: &mut Vec<(String, bool)>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        if key == "target" {
            inner.values().filter_map(toml::Value::as_table).for_each(|target| gather(target, into));
        }
        if !matches!(key.as_str(), "dependencies" | "dev-dependencies" | "build-dependencies") {
            continue;
        }
        for (name, dependency) in inner {
            let renamed = dependency.get("package").and_then(toml::Value::as_str);
            into.push((renamed.unwrap_or(name).to_owned(), key == "dev-dependencies"));
        }
    }
}

fn manifests() -> BTreeMap<String, Manifest> {
    let folders = names(".").into_iter().filter_map(|name| name.strip_suffix("/Cargo.toml").map(str::to_owned));
    folders.map(|folder| (folder.clone(), manifest(&folder))).collect()
}

#[test]
fn every_crate_has_a_row_in_the_architecture_and_every_row_a_crate() {
    let rooms: Vec<String> = rooms().into_keys().collect();
    let crates: Vec<String> = manifests().into_keys().collect();
    assert_eq!(rooms, crates, "docs/architecture.md, table of rooms, against the manifests");
}

#[test]
fn a_crate_depends_only_on_lower_layers() {
    let (rooms, manifests) = (rooms(), manifests());
    let layers: BTreeMap<&str, u8> =
        manifests.iter().map(|(folder, one)| (one.package.as_str(), rooms[folder].layer)).collect();
    let mut complaints = Vec::new();
    for (folder, manifest) in &manifests {
        for (dependency, _) in &manifest.dependencies {
            if layers.get(dependency.as_str()).is_some_and(|layer| *layer >= rooms[folder].layer) {
                complaints.push(format!("{folder} (layer {}) depends on {dependency}", rooms[folder].layer));
            }
        }
    }
    assert_none(&complaints, "let `crates/fundtrail` introduce them, or move what both need down");
}

#[test]
fn a_heavy_dependency_has_one_home() {
    let (rooms, manifests) = (rooms(), manifests());
    let mut complaints = Vec::new();
    for (home, room) in &rooms {
        for heavy in &room.only_home_of {
            let users = manifests.iter().filter(|(_, one)| one.dependencies.contains(&(heavy.clone(), false)));
            let users: Vec<&str> = users.map(|(folder, _)| folder.as_str()).collect();
            // Programs beside the library time or test with a dependency without shipping it.
            if users != [home.as_str()] && !(users.is_empty() && rooms[home].layer == 6) {
                complaints.push(format!("{heavy} is at home in {home}, and used by {users:?}"));
            }
        }
    }
    assert_none(&complaints, "ask the home crate for what is needed, or correct the table in docs/architecture.md");
    for heavy in ["rocksdb", "petgraph", "quick-xml", "clap"] {
        assert!(rooms.values().any(|room| room.only_home_of.contains(&heavy.to_owned())), "{heavy} has lost its home");
    }
}
