//! Helpers without a subject of their own: English, parallel work, caching, memory pages.

pub(crate) mod cache;
pub(crate) mod english;
pub(crate) mod huge_pages;
pub mod parallel;
