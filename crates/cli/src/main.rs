//! The program `betroth`.

fn main() {}
