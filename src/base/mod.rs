//! Helpers without a subject of their own: English, parallel work, caching, memory pages.

pub mod cache;
pub mod english;
pub mod huge_pages;
pub mod parallel;
