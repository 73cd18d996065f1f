//! Words of SQL, by what they say.

/// Whether two words are the same, in large letters or small.
pub(super) fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// Whether a word is among those of a list, in large letters or small.
pub(super) fn among(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| same(one, word))
}

/// First words of statements that only read.
pub(super) const READS: &[&str] = &[
    "SELECT",
    "WITH",
    "VALUES",
    "TABLE",
    "SHOW",
    "DESCRIBE",
    "DESC",
    "EXPLAIN",
    "FROM",
    "SUMMARIZE",
    "HELP",
    "LIST",
    "PRINT",
    "RETURN",
];

/// First words of statements that control a session, or the way a script goes.
pub(super) const CONTROLS: &[&str] = &[
    "BEGIN",
    "START",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "USE",
    "RESET",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "OPEN",
    "MOVE",
    "ANALYZE",
    "ANALYSE",
    "VACUUM",
    "REINDEX",
    "CLUSTER",
    "CHECKPOINT",
    "LISTEN",
    "UNLISTEN",
    "NOTIFY",
    "LOCK",
    "UNLOCK",
    "DISCARD",
    "DEALLOCATE",
    "OPTIMIZE",
    "REPAIR",
    "CHECK",
    "CHECKSUM",
    "GO",
    "IF",
    "WHILE",
    "ELSE",
    "ELSEIF",
    "LOOP",
    "REPEAT",
    "UNTIL",
    "RAISE",
    "RAISERROR",
    "THROW",
    "SIGNAL",
    "WAITFOR",
    "DELIMITER",
    "XA",
];

/// First words of statements that say what they do by their own segment.
pub(super) const HEADS: &[&str] = &[
    "INSERT",
    "REPLACE",
    "UPDATE",
    "DELETE",
    "MERGE",
    "TRUNCATE",
    "DROP",
    "ALTER",
    "CREATE",
    "GRANT",
    "REVOKE",
    "DENY",
    "EXEC",
    "EXECUTE",
    "CALL",
    "COPY",
    "PREPARE",
    "BULK",
    "SHUTDOWN",
    "RECONFIGURE",
    "DBCC",
];

/// Words that begin something of its own, and so end what stands before.
pub(super) const STARTS: &[&str] = &[
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "DROP", "ALTER", "CREATE", "GRANT",
    "REVOKE", "DENY", "EXEC", "EXECUTE", "CALL", "SHUTDOWN", "DBCC", "BULK", "BACKUP", "RESTORE", "DECLARE",
];

/// Settings that matter for their own session only, and not for what it may do.
pub(super) const SETTINGS: &str = "\
    names transaction characteristics constraints time timezone datestyle client_encoding client_min_messages \
    statement_timeout lock_timeout idle_in_transaction_session_timeout application_name work_mem \
    maintenance_work_mem search_path search standard_conforming_strings bytea_output intervalstyle \
    extra_float_digits nocount ansi_nulls quoted_identifier xact_abort identity_insert arithabort \
    concat_null_yields_null ansi_padding ansi_warnings rowcount statistics showplan_text language dateformat \
    datefirst deadlock_priority implicit_transactions textsize autocommit character_set_client \
    character_set_results collation_connection sql_mode group_concat_max_len max_execution_time query_tag \
    enable_seqscan jit random_page_cost schema catalog isolation transaction_isolation \
    default_transaction_isolation default_transaction_read_only transaction_read_only threads memory_limit";

/// Words before a parenthesis that is no list of arguments, and types; none of them is another name for a table.
pub(super) const STRUCTURE: &str = "\
    SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET UNION INTERSECT EXCEPT ALL DISTINCT ON USING JOIN INNER \
    LEFT RIGHT FULL OUTER CROSS NATURAL LATERAL AS AND OR NOT IN IS NULL LIKE ILIKE BETWEEN EXISTS CASE WHEN \
    THEN ELSE END VALUES INSERT INTO UPDATE SET DELETE RETURNING WITH RECURSIVE OVER PARTITION ROWS RANGE WINDOW \
    FILTER WITHIN ANY SOME PRIMARY KEY UNIQUE CHECK FOREIGN REFERENCES CONSTRAINT DEFAULT INDEX TABLE VIEW ADD \
    COLUMN IF BEGIN COMMIT CONFLICT DO NOTHING VARCHAR CHAR NVARCHAR NCHAR VARBINARY BINARY CHARACTER VARYING \
    DECIMAL NUMERIC NUMBER INT INTEGER BIGINT SMALLINT TINYINT FLOAT DOUBLE REAL BIT TEXT STRING TIMESTAMP TIME \
    DATETIME DATETIME2 TIMESTAMPTZ INTERVAL BOOL BOOLEAN VECTOR GEOMETRY GEOGRAPHY ENUM CUBE ROLLUP GROUPING \
    SETS IGNORE FORCE USE SKIP TABLESAMPLE SYSTEM BERNOULLI FETCH FOR OF NULLS FIRST LAST ASC DESC QUALIFY PIVOT \
    UNPIVOT TOP LOCK OPTION ESCAPE COLLATE AT TO EXPLAIN ANALYZE VERBOSE GENERATED ALWAYS IDENTITY STORED \
    VIRTUAL INCLUDE TABLESPACE MATERIALIZED TEMPORARY TEMP REPLACE OVERWRITE GLOB REGEXP RLIKE DIV MOD XOR \
    INHERITS PARTITIONS LESS THAN ENGINE FULLTEXT CLUSTERED NONCLUSTERED RETURN ELSEIF WHILE LOOP STRAIGHT_JOIN";
