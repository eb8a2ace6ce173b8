//! Hostile bytes against the real server process: the corpus, bodies that are no request, and
//! mutated changes, while honest phones go on.

mod bodies;
mod corpus;
mod endpoint;
mod mutants;
mod support;
mod tokens;
