//! A database as a crash in the middle of its latest write leaves it.
//!
//! SQLite appends a transaction to the write-ahead log frame by frame, and the
//! last frame makes it count. Cut off anywhere before its end, the file is what
//! a process that was killed in the middle, or a power loss, leaves behind.
//! Format: SQLite, Database File Format, section 4.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::seed::Seed;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A copy of a database; it goes with this.
pub struct Torn {
    folder: TempDir,
}

impl Torn {
    /// A copy in which the latest transaction is cut off at a byte that the seed
    /// decides. Nobody may be writing.
    pub fn copy(file: &Path, seed: &mut Seed) -> Torn {
        let torn = Torn {
            folder: TempDir::new().unwrap(),
        };
        let log = |file: &Path| file.with_file_name("test.db-wal");
        fs::copy(file, torn.file()).unwrap();
        let mut bytes = fs::read(log(file)).unwrap();
        let ends = transactions(&bytes);
        let [.., before, last] = ends[..] else {
            panic!("there are no two transactions in the log");
        };
        let cut = seed.below(u64::try_from(last - before).unwrap());
        bytes.truncate(before + usize::try_from(cut).unwrap());
        fs::write(log(&torn.file()), bytes).unwrap();
        torn
    }

    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }
}

/// Where each transaction of a write-ahead log ends.
fn transactions(log: &[u8]) -> Vec<usize> {
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let page = usize::try_from(number(8)).unwrap();
    let salt = &log[16..24];
    let mut ends = Vec::new();
    let mut at = HEADER;
    while log.len() >= at + FRAME_HEADER + page && &log[at + 8..at + 16] == salt {
        let is_last = number(at + 4) != 0;
        at += FRAME_HEADER + page;
        if is_last {
            ends.push(at);
        }
    }
    ends
}
