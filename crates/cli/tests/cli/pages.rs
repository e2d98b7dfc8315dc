//! Pages made from the arguments themselves: completions, help, and `docs/cli.md`.

use crate::desk::Desk;

#[test]
fn every_shell_gets_a_script_that_names_the_verbs() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = desk.run(&format!("completions {shell}")).done();
        for verb in ["demo", "ingest", "trace", "paths", "audit", "labels", "db"] {
            assert!(run.text().contains(verb), "{shell}: {verb}");
        }
    }
    desk.run("completions none").ended(2);
}

#[test]
fn the_page_of_the_command_line_is_the_one_in_docs() {
    let page = Desk::new().run("reference-page").done();
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let written = std::fs::read_to_string(file).unwrap();
    assert!(page.text() == written, "write it again: fundtrail reference-page > docs/cli.md");
    for verb in ["fundtrail trace", "fundtrail ingest file", "fundtrail labels show", "fundtrail db check"] {
        assert!(written.contains(verb), "{verb}");
    }
}

#[test]
fn help_tells_the_exit_codes_and_the_version() {
    let desk = Desk::new();
    let help = desk.run("--help").done();
    assert!(help.text().contains("Exit code:") && help.text().contains("--fail-on flagged"));
    assert_eq!(desk.run("--version").done().text(), concat!("fundtrail ", env!("CARGO_PKG_VERSION"), "\n"));
    desk.run("").ended(2);
    desk.run("no-such-verb").ended(2);
}
