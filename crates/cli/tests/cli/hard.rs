//! Hard times: a killed program, a full disk, a folder that cannot be written, a second writer, damaged files, and heights
//! that are undone. In each, people are told what to do, and nothing is lost or answered wrongly.

mod kills;
mod table;
