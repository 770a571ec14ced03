#include "CStore.h"

#include <sqlite3.h>

// Variadic, so Swift cannot call it.
int switchboard_sqlite_without_account(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
