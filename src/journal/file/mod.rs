//! The journal's file: what it must be, whose it is while a program works with it, and what lies beside it.
//!
//! | file | holds |
//! |---|---|
//! | `signature` | whether a file can be a journal at all |
//! | `truncation` | whether it lost its end |
//! | `lock` | one program at a time, and who that is |
//! | `presence` | whether it still stands under its name |
//! | `private` | that only its owner reads it |
//! | `folder` | its folder, made durable |

pub(super) mod folder;
pub(super) mod lock;
pub(super) mod presence;
pub(super) mod private;
pub(super) mod signature;
pub(super) mod truncation;

pub use lock::IfBusy;
