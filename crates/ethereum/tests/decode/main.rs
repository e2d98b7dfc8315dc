//! Made-up blocks, in the form in which nodes tell them, for what real ones show rarely or not at all. No node is needed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod blobs;
mod made;
mod mistakes;
mod receivers;
mod untraced;
