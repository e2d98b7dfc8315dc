//! The packages that `scripts/npm-fixtures.sh` has installed: the node, and bytecode of contracts.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use alloy::primitives::{Bytes, hex};
use serde_json::Value;

/// The folder with `node_modules`, whole: the script writes `installed.json` last.
pub(crate) struct Packages(PathBuf);

impl Packages {
    /// None if the packages were not installed.
    pub(crate) fn find() -> Option<Self> {
        // Cargo keeps a folder for integration tests in the build output, beside which the packages are.
        let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("npm");
        let folder = env::var_os("FUNDTRAIL_NPM").map_or_else(beside, PathBuf::from);
        let whole = folder.join("installed.json").is_file();
        let packages = Self(folder.join("node_modules"));
        (whole && packages.anvil().is_some()).then_some(packages)
    }

    /// The node's program: npm has one package for each platform, named as node names them.
    pub(crate) fn anvil(&self) -> Option<PathBuf> {
        let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
        let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
        let program = self.0.join(format!("@foundry-rs/anvil-{system}-{machine}/bin/anvil"));
        program.is_file().then_some(program)
    }

    /// The code that creates a contract, without its arguments.
    pub(crate) fn bytecode(&self, artifact: &str) -> Bytes {
        let path = self.0.join(artifact);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let json: Value = serde_json::from_str(&text).unwrap();
        // solc's own output nests it, truffle's, hardhat's and waffle's do not.
        let code = json["bytecode"].as_str().or(json["bytecode"]["object"].as_str());
        let code = code.unwrap_or_else(|| panic!("{artifact} has no bytecode"));
        // A library that must be linked leaves `__name__`, which is no hexadecimal: none of these has one.
        hex::decode(code).unwrap_or_else(|error| panic!("{artifact}: {error}")).into()
    }
}
