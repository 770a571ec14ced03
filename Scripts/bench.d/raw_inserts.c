/*
 * What SQLite itself takes for the same rows: copies tables of one store into an empty one with the same tables,
 * indexes and text indexes, through the C API, with prepared statements and the durability of the program.
 *
 *     raw_inserts SOURCE TARGET ROWS TABLE…
 *
 * ROWS of the first TABLE share a commit, with as large a part of each other one, so that the tables grow together as
 * they do in the program. Reading is not timed. Prints one line of JSON: the rows of the first table and of all, and
 * the seconds that it took to insert and commit them.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct copied {
    char *name;
    sqlite3_stmt *from, *into;
    int columns;
    sqlite3_int64 total, done;
    sqlite3_value **values;   /* of the rows that were read for the next commit */
    sqlite3_int64 waiting;
    sqlite3_stmt *search;     /* hands new rows to the text index of the table; NULL without one */
    sqlite3_int64 last;       /* the id up to which rows are in it */
};

static sqlite3 *source, *target;

static void die(sqlite3 *store, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, store ? sqlite3_errmsg(store) : "");
    exit(1);
}

static void run(const char *sql)
{
    if (sqlite3_exec(target, sql, NULL, NULL, NULL) != SQLITE_OK) die(target, sql);
}

static sqlite3_stmt *prepare(sqlite3 *store, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store, sql, -1, &statement, NULL) != SQLITE_OK) die(store, sql);
    return statement;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The tables behind a search table come with it. */
static void make_schema(void)
{
    sqlite3_stmt *statement = prepare(
        source,
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid");
    while (sqlite3_step(statement) == SQLITE_ROW) run((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

/* As the program does at the end of a commit, all rows by one statement. */
static void open_search(struct copied *table)
{
    char sql[4096];
    snprintf(sql, sizeof sql, "SELECT 1 FROM sqlite_master WHERE name = '%s_search'", table->name);
    sqlite3_stmt *there = prepare(target, sql);
    if (sqlite3_step(there) == SQLITE_ROW) {
        snprintf(
            sql, sizeof sql, "INSERT INTO %s_search (rowid, search) SELECT id, search FROM %s WHERE id > ?",
            table->name, table->name);
        table->search = prepare(target, sql);
    }
    sqlite3_finalize(there);
}

static void index_rows(struct copied *table)
{
    if (!table->search || !table->waiting) return;
    sqlite3_bind_int64(table->search, 1, table->last);
    if (sqlite3_step(table->search) != SQLITE_DONE) die(target, table->name);
    sqlite3_reset(table->search);
    /* Such tables begin with their id, and their rows are read in its order. */
    table->last = sqlite3_value_int64(table->values[(table->waiting - 1) * table->columns]);
}

static struct copied open_table(char *name)
{
    struct copied table = {.name = name};
    char sql[4096];
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", name);
    sqlite3_stmt *count = prepare(source, sql);
    sqlite3_step(count);
    table.total = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    snprintf(sql, sizeof sql, "SELECT * FROM %s", name);
    table.from = prepare(source, sql);
    table.columns = sqlite3_column_count(table.from);
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", name);
    for (int i = 1; i < table.columns; i++) strcat(sql, ", ?");
    strcat(sql, ")");
    table.into = prepare(target, sql);
    open_search(&table);
    return table;
}

/* Reads until `until` rows of the table are done or waiting. */
static void read_rows(struct copied *table, sqlite3_int64 until)
{
    sqlite3_int64 most = until - table->done;
    table->waiting = 0;
    if (most <= 0) return;
    table->values = malloc((size_t)most * (size_t)table->columns * sizeof *table->values);
    if (!table->values) die(NULL, "memory");
    while (table->waiting < most && sqlite3_step(table->from) == SQLITE_ROW) {
        for (int i = 0; i < table->columns; i++)
            table->values[table->waiting * table->columns + i] = sqlite3_value_dup(sqlite3_column_value(table->from, i));
        table->waiting++;
    }
    table->done = until;
}

static void insert_rows(struct copied *table)
{
    for (sqlite3_int64 row = 0; row < table->waiting; row++) {
        for (int i = 0; i < table->columns; i++)
            sqlite3_bind_value(table->into, i + 1, table->values[row * table->columns + i]);
        if (sqlite3_step(table->into) != SQLITE_DONE) die(target, table->name);
        sqlite3_reset(table->into);
    }
    index_rows(table);
}

static void forget_rows(struct copied *table)
{
    for (sqlite3_int64 i = 0; i < table->waiting * table->columns; i++) sqlite3_value_free(table->values[i]);
    free(table->values);
    table->values = NULL;
}

int main(int count, char **arguments)
{
    /* As in the program: no account of memory, and so no lock at each allocation. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (count < 5) die(NULL, "raw_inserts SOURCE TARGET ROWS TABLE…");
    if (sqlite3_open_v2(arguments[1], &source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) die(source, arguments[1]);
    if (sqlite3_open(arguments[2], &target) != SQLITE_OK) die(target, arguments[2]);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;"
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
    make_schema();

    int tables = count - 4;
    struct copied *table = calloc((size_t)tables, sizeof *table);
    for (int i = 0; i < tables; i++) table[i] = open_table(arguments[4 + i]);
    sqlite3_int64 at_once = atoll(arguments[3]), all = 0;
    sqlite3_int64 commits = (table[0].total + at_once - 1) / at_once;
    double took = 0;
    for (sqlite3_int64 commit = 1; commit <= commits; commit++) {
        for (int i = 0; i < tables; i++) read_rows(&table[i], table[i].total * commit / commits);
        double started = now();
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < tables; i++) insert_rows(&table[i]);
        run("COMMIT");
        took += now() - started;
        for (int i = 0; i < tables; i++) {
            all += table[i].waiting;
            forget_rows(&table[i]);
        }
    }
    printf("{\"rows\": %lld, \"all\": %lld, \"seconds\": %.6f}\n", table[0].total, all, took);
    return 0;
}
