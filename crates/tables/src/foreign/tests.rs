//! What all tables of other programs share: how they are recognised, and whose chain they are of.
