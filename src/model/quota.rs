//! Quota arithmetic.
