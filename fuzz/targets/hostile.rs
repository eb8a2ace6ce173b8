//! The writer of changes and the mutations of the endpoint's fuzzer, from the tests' sources: to
//! depend on the tests would be to build an HTTP client and SQLite.

#[path = "../../tests/src/hostile/chunk.rs"]
pub mod chunk;
#[path = "../../tests/src/hostile/fuzz/mutate.rs"]
pub mod mutate;
#[path = "../../tests/src/hostile/operations.rs"]
pub mod operations;
