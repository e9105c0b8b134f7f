//! How the system gives the process its memory.
//!
//! Knows nothing of what is kept in it.

/// Takes memory by small pages from now on: slower, and none that is not needed. Where Linux is asked
/// for huge ones, as by our allocator, it gives 2 MB at once.
pub fn save() {
    // Where it cannot be had, nothing is lost but memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_system_is_told() {
        super::save();
        assert_eq!(rustix::thread::transparent_huge_pages_are_disabled(), Ok(true));
    }
}
