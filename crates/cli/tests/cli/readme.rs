//! What the README shows as output of the demo is output of the demo, in its order.

use crate::desk::Desk;

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let readme = include_str!("../../../../README.md");
    let run = Desk::new().run("demo --db db").done();
    let mut printed = std::str::from_utf8(&run.stdout).unwrap().lines();
    let blocks: Vec<&str> = readme.split("<!-- demo -->\n```text\n").skip(1).collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        for line in block.split("\n```").next().unwrap().lines().filter(|line| *line != "[...]") {
            assert!(printed.any(|one| one == line), "the demo does not print, after what stands before: {line}");
        }
    }
}
