//! Hard times: a killed program, a full disk, a folder that cannot be written, a second writer, damaged files. In each,
//! people are told what to do, and nothing is lost or answered wrongly.

#![allow(clippy::print_stdout, reason = "a test that fails shows the moments, and one that cannot run here says so")]

mod damage;
mod disk;
mod folder;
mod kills;
pub(crate) mod table;
mod writers;
