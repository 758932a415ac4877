//! Flows through several functions; all of it is in `tests`.
