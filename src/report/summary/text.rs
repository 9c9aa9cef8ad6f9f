//! The summary for people.
