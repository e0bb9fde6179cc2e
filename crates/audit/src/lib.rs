//! Reads a repository with both readers and its environment files; one rule a file.
