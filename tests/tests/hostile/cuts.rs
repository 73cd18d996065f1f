//! Files that end in the middle.

use crate::corpus::{alone, files, projects};
use crate::survive::{refused, survive};

/// About how many places are tried in all files together: the library grows, and the time for this should not.
const CUTS: usize = 1_500;
/// About how many places of a project's file are tried.
const PLACES: usize = 100;

/// So many bytes apart that about so many cuts fit; odd, so that all columns have their turn.
fn stride(length: usize, places: usize) -> usize {
    (length / places.max(1)) | 1
}

#[test]
fn every_file_cut_off() {
    let mut tried = 0;
    let files = files();
    let places = CUTS / files.len();
    for file in files {
        let length = file.bytes.len();
        for end in (0..length).step_by(stride(length, places)) {
            // Not at characters but at bytes: half a character is no text, which is told too.
            let project = alone(&file.bytes[..end]);
            match std::str::from_utf8(&file.bytes[..end]) {
                Ok(_) => survive(&project),
                Err(_) => refused(&project),
            };
            tried += 1;
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn a_file_of_a_project_cut_off() {
    for project in projects() {
        for number in 0..project.files.len() {
            let length = project.files[number].bytes.len();
            for end in (0..length).step_by(8 * stride(length, PLACES) + 2) {
                let mut project = project.clone();
                project.files[number].bytes.truncate(end);
                survive(&project);
            }
        }
    }
}
