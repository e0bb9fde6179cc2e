//! What both sides agree on: betroth.toml parsed into types that cannot disagree.
