//! What really is in the database, past the library.

use std::path::Path;

use rusqlite::{Connection, params};

/// A row of the cells: whose, which, and the write that made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredCell {
    /// The company.
    pub company: String,
    /// The cell.
    pub key: String,
    /// Changes with each write.
    pub version: String,
}

/// All cells of all companies, in order.
pub fn cells(file: &Path) -> Vec<StoredCell> {
    let database = Connection::open(file).unwrap();
    let mut query = database
        .prepare(
            "SELECT company, key, version FROM cell JOIN connection ON id = connection
             ORDER BY company, key",
        )
        .unwrap();
    let rows = query.query_map([], |row| {
        Ok(StoredCell {
            company: row.get(0)?,
            key: row.get(1)?,
            version: row.get(2)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The bytes of the database and of what SQLite keeps beside it.
pub fn files(file: &Path) -> Vec<Vec<u8>> {
    let all = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let own = all
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&name));
    own.map(|entry| std::fs::read(entry.path()).unwrap())
        .collect()
}

/// The companies that have a connection.
pub fn companies(file: &Path) -> Vec<String> {
    let database = Connection::open(file).unwrap();
    let mut query = database
        .prepare("SELECT company FROM connection ORDER BY company")
        .unwrap();
    let rows = query.query_map([], |row| row.get(0));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Puts one company's sealed cell in place of another's, as somebody could who
/// can write to the file.
pub fn transplant(file: &Path, key: &str, from: &str, to: &str) {
    let database = Connection::open(file).unwrap();
    let changed = database.execute(
        "UPDATE cell SET (sealed, version) = (
             SELECT sealed, version FROM cell JOIN connection ON id = connection
             WHERE company = ?1 AND key = ?3)
         WHERE connection = (SELECT id FROM connection WHERE company = ?2) AND key = ?3",
        params![from, to, key],
    );
    assert_eq!(changed.unwrap(), 1);
}

/// A cell's row as it stands in the file, to be put back later.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    company: String,
    key: String,
    version: String,
    sealed: Vec<u8>,
}

/// Reads a cell's row.
pub fn row(file: &Path, company: &str, key: &str) -> Row {
    let database = Connection::open(file).unwrap();
    let found = database.query_row(
        "SELECT version, sealed FROM cell JOIN connection ON id = connection
         WHERE company = ?1 AND key = ?2",
        [company, key],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    let (version, sealed) = found.unwrap();
    Row {
        company: company.to_owned(),
        key: key.to_owned(),
        version,
        sealed,
    }
}

/// Puts a cell's row back, as out of a backup.
pub fn put_back(file: &Path, row: &Row) {
    let database = Connection::open(file).unwrap();
    let changed = database.execute(
        "UPDATE cell SET version = ?3, sealed = ?4
         WHERE connection = (SELECT id FROM connection WHERE company = ?1) AND key = ?2",
        params![row.company, row.key, row.version, row.sealed],
    );
    assert_eq!(changed.unwrap(), 1);
}

/// Puts one company's wrapped data key in place of another's.
pub fn transplant_data_key(file: &Path, from: &str, to: &str) {
    let database = Connection::open(file).unwrap();
    let changed = database.execute(
        "UPDATE connection SET wrapped_key =
             (SELECT wrapped_key FROM connection WHERE company = ?1)
         WHERE company = ?2",
        params![from, to],
    );
    assert_eq!(changed.unwrap(), 1);
}
