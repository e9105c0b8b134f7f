//! Huge memory pages on Linux.

/// Makes Linux give this process pages of 4 KiB from now on. The allocator asks for huge pages of
/// 2 MB, which are faster and waste memory in a run that holds much.
pub(crate) fn disable() {
    // A failure costs memory and nothing else.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn linux_reports_them_as_disabled() {
        super::disable();
        assert_eq!(rustix::thread::transparent_huge_pages_are_disabled(), Ok(true));
    }
}
