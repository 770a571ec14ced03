#ifndef CSTORE_H
#define CSTORE_H

/// Tells SQLite to keep no account of its memory: it takes a lock for it at every allocation, by which its threads wait
/// for each other, and nobody asks for the account. Only before SQLite was used in the process. The result code of
/// `sqlite3_config` (https://www.sqlite.org/c3ref/c_config_covering_index_scan.html, SQLITE_CONFIG_MEMSTATUS).
int switchboard_sqlite_without_account(void);

#endif
