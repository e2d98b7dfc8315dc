//! Every format over two small answers made by hand, hostile names included.

mod audit_case;
mod cases;
mod csv;
mod dot;
mod exposure_case;
mod graphml;
mod json;
mod sources_case;
mod text;
