//! Border.
