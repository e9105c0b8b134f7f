//! A packed chart, as `helm package` and `helm dependency update` write it.

use std::io::Read;

use flate2::read::GzDecoder;
use tar::Archive;

/// The size limit of an unpacked chart, in bytes.
const LARGEST: u64 = 64 << 20;

/// The files of a packed chart, by path below its folder, those that `.helmignore` named excepted.
pub(super) fn files(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let fault = |error: std::io::Error| format!("it cannot be unpacked: {error}");
    let mut archive = Archive::new(GzDecoder::new(bytes).take(LARGEST));
    let mut files = Vec::new();
    for entry in archive.entries().map_err(fault)? {
        let mut entry = entry.map_err(fault)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        // The first part is the folder of the chart.
        let Some((_, path)) = path.split_once('/') else { continue };
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(fault)?;
        files.push((path.to_owned(), content));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&archive.into_inner().unwrap()).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn a_packed_chart_is_read_from_its_folder() {
        let bytes = packed(&[
            ("web/Chart.yaml", "name: web\n"),
            ("web/templates/a.yaml", "a"),
            ("pax", "x"),
        ]);
        let files = files(&bytes).unwrap();
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["Chart.yaml", "templates/a.yaml"]);
        assert_eq!(files[0].1, b"name: web\n");
    }

    #[test]
    fn what_is_not_packed_is_an_error() {
        let whole = packed(&[("web/Chart.yaml", "name: web\n")]);
        for bytes in [&b"x"[..], b"\x1f\x8b", &whole[..whole.len() / 2]] {
            assert!(files(bytes).is_err());
        }
        assert_eq!(files(&packed(&[])).unwrap(), []);
    }
}
