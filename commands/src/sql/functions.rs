//! Functions: which are known, and what they do beside giving a value.

use super::level::Level;
use super::lexer::Token;
use super::words::{STRUCTURE, among};
use super::{Reading, SqlAct};

/// Functions that only give a value. One that does not stand here may do anything.
pub(super) const HARMLESS: &str = "\
    abs acos add_months against age all any any_value approx_count_distinct approx_quantiles array array_agg \
    array_append array_cat array_contains array_length array_position array_remove array_size array_to_string \
    ascii asin atan atan2 avg bit_and bit_length bit_or bm25 bool_and bool_or btrim cardinality cast cbrt ceil \
    ceiling changes char char_length character_length charindex chr clock_timestamp coalesce col_description \
    concat concat_ws connection_id convert corr cos cosine_distance count countif covar_pop crc32 cume_dist \
    curdate current_database current_date current_datetime current_schema current_schemas current_time \
    current_timestamp current_user currval curtime database date date_add date_diff date_format date_part \
    date_sub date_trunc dateadd datediff datename datepart datetime datetime_diff datetrunc day dayname \
    dayofweek dayofyear db_name decode degrees dense_rank digest div div0 encode eomonth every exists exp \
    extract filter first_value flatten floor format format_date format_timestamp format_type found_rows \
    from_base64 from_unixtime gen_random_uuid generate_array generate_date_array generate_series \
    generate_subscripts generate_uuid get_path getdate getutcdate greatest group_concat grouping \
    has_table_privilege hex highlight hll_count host hour if ifnull iif inet_aton inet_ntoa information_schema \
    initcap instr isjson isnull json_agg json_array json_array_elements json_array_elements_text \
    json_array_length json_build_array json_build_object json_contains json_each json_extract json_extract_path \
    json_extract_path_text json_group_array json_group_object json_insert json_keys json_length json_object \
    json_object_agg json_object_keys json_query json_remove json_replace json_set json_table json_tree json_type \
    json_unquote json_valid json_value jsonb_agg jsonb_array_elements jsonb_array_elements_text \
    jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path_text \
    jsonb_insert jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_query jsonb_pretty jsonb_set \
    jsonb_strip_nulls jsonb_typeof julianday justify_interval l2_distance lag last_day last_insert_id \
    last_insert_rowid last_value lastval lead least left left_pad len length levenshtein listagg ln localtime \
    localtimestamp locate log log10 log2 lower lpad ltrim make_date make_interval make_timestamp match max md5 \
    median min minute mod mode month monthname months_between newid newsequentialid now nth_value ntile nullif \
    num_nulls nvl nvl2 obj_description object_construct object_id object_name octet_length openjson parse_date \
    parse_json patindex percent_rank percentile_cont percentile_disc pg_backend_pid pg_column_size \
    pg_database_size pg_get_constraintdef pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_serial_sequence \
    pg_get_viewdef pg_indexes_size pg_is_in_recovery pg_relation_size pg_size_pretty pg_table_is_visible \
    pg_table_size pg_total_relation_size pg_typeof pi plainto_tsquery position pow power pragma_index_list \
    pragma_table_info printf quarter quote quote_ident quote_literal radians rand random range rank \
    regexp_contains regexp_count regexp_extract regexp_like regexp_match regexp_matches regexp_replace \
    regexp_split_to_array regexp_split_to_table regexp_substr regr_slope repeat replace reverse right round row \
    row_count row_number row_to_json rpad rtrim safe_cast safe_divide schema schema_name scope_identity second \
    sequence session_user sha1 sha2 sha256 sha512 sign similarity sin snippet some soundex space split_part \
    sqlite_compileoption_used sqlite_version sqrt square st_asgeojson st_contains st_distance st_dwithin \
    st_geomfromtext st_intersects st_makepoint st_setsrid st_within starts_with statement_timestamp stddev \
    stddev_pop stddev_samp str str_to_date strftime string_agg string_to_array strpos stuff substr substring sum \
    sumif sysdate sysdatetime sysutcdatetime tan time timestamp timestamp_add timestamp_diff timestamp_sub \
    timestamp_trunc timestampadd timestampdiff to_base64 to_char to_date to_hex to_json to_json_string to_jsonb \
    to_number to_regclass to_timestamp to_tsquery to_tsvector total total_changes transaction_timestamp \
    translate trim trunc try_cast try_convert try_parse_json ts_headline ts_rank ts_rank_cd txid_current typeof \
    unhex unicode unix_timestamp unixepoch unnest upper user utc_timestamp uuid uuid_generate_v4 values var_pop \
    var_samp variance vector_dims version websearch_to_tsquery week width_bucket word_similarity year zeroifnull";

/// What functions do that are known to do more, by how their names begin.
const HARMFUL: &[(&str, SqlAct)] = &[
    // Files of the server, and other servers.
    ("pg_read_", SqlAct::RunsCode),
    ("pg_ls_", SqlAct::RunsCode),
    ("pg_stat_file", SqlAct::RunsCode),
    ("pg_file_", SqlAct::RunsCode),
    ("pg_current_logfile", SqlAct::RunsCode),
    ("lo_", SqlAct::RunsCode),
    ("loread", SqlAct::RunsCode),
    ("lowrite", SqlAct::RunsCode),
    ("dblink", SqlAct::RunsCode),
    ("postgres_fdw", SqlAct::RunsCode),
    ("http", SqlAct::RunsCode),
    ("net.", SqlAct::RunsCode),
    ("load_file", SqlAct::RunsCode),
    ("load_extension", SqlAct::RunsCode),
    ("readfile", SqlAct::RunsCode),
    ("writefile", SqlAct::RunsCode),
    ("edit", SqlAct::RunsCode),
    ("fsdir", SqlAct::RunsCode),
    ("lsdir", SqlAct::RunsCode),
    ("zipfile", SqlAct::RunsCode),
    ("fts3_tokenizer", SqlAct::RunsCode),
    ("sys_e", SqlAct::RunsCode),
    ("lib_mysqludf", SqlAct::RunsCode),
    ("xp_", SqlAct::RunsCode),
    ("sp_oa", SqlAct::RunsCode),
    ("sp_executesql", SqlAct::RunsCode),
    ("sp_execute_external_script", SqlAct::RunsCode),
    ("sp_addlinkedserver", SqlAct::RunsCode),
    ("openrowset", SqlAct::RunsCode),
    ("opendatasource", SqlAct::RunsCode),
    ("openquery", SqlAct::RunsCode),
    ("external_query", SqlAct::RunsCode),
    ("read_csv", SqlAct::RunsCode),
    ("read_parquet", SqlAct::RunsCode),
    ("read_json", SqlAct::RunsCode),
    ("read_text", SqlAct::RunsCode),
    ("read_blob", SqlAct::RunsCode),
    ("parquet_scan", SqlAct::RunsCode),
    ("sqlite_scan", SqlAct::RunsCode),
    ("glob", SqlAct::RunsCode),
    ("utl_", SqlAct::RunsCode),
    ("dbms_", SqlAct::RunsCode),
    ("system$", SqlAct::Privileges),
    // Texts that are run.
    ("query_to_xml", SqlAct::RunsCode),
    ("cursor_to_xml", SqlAct::RunsCode),
    ("database_to_xml", SqlAct::RunsCode),
    ("table_to_xml", SqlAct::RunsCode),
    ("schema_to_xml", SqlAct::RunsCode),
    ("xmltype", SqlAct::RunsCode),
    ("extractvalue", SqlAct::RunsCode),
    ("updatexml", SqlAct::RunsCode),
    ("ts_stat", SqlAct::RunsCode),
    // How the server runs, and who may do what.
    ("pg_terminate_backend", SqlAct::Privileges),
    ("pg_cancel_backend", SqlAct::Privileges),
    ("pg_reload_conf", SqlAct::Privileges),
    ("pg_rotate_logfile", SqlAct::Privileges),
    ("pg_switch_", SqlAct::Privileges),
    ("pg_promote", SqlAct::Privileges),
    ("pg_create_", SqlAct::Privileges),
    ("pg_drop_", SqlAct::Privileges),
    ("pg_replication_", SqlAct::Privileges),
    ("pg_logical_", SqlAct::Privileges),
    ("pg_wal_replay_", SqlAct::Privileges),
    ("pg_stat_reset", SqlAct::Privileges),
    ("pg_stat_statements_reset", SqlAct::Privileges),
    ("set_config", SqlAct::Privileges),
    ("sp_configure", SqlAct::Privileges),
    ("sp_add", SqlAct::Privileges),
    ("sp_drop", SqlAct::Privileges),
    ("sp_grant", SqlAct::Privileges),
    ("sp_password", SqlAct::Privileges),
    ("sp_start_job", SqlAct::RunsCode),
    ("sp_delete_", SqlAct::Privileges),
    // Values that are changed.
    ("nextval", SqlAct::Updates),
    ("setval", SqlAct::Updates),
    ("pg_notify", SqlAct::Controls),
    ("pg_advisory", SqlAct::Controls),
    ("pg_try_advisory", SqlAct::Controls),
    ("get_lock", SqlAct::Controls),
    ("release_lock", SqlAct::Controls),
    ("pg_sleep", SqlAct::Controls),
    ("sleep", SqlAct::Controls),
    ("benchmark", SqlAct::Controls),
    ("cron.", SqlAct::RunsCode),
    ("vault.", SqlAct::ReadsSecret),
];

fn known(path: &str) -> Option<SqlAct> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let begins = |start: &str| name.starts_with(start) || start.ends_with('.') && path.starts_with(start);
    HARMFUL.iter().find(|(start, _)| begins(start)).map(|(_, act)| *act)
}

/// What a procedure does that is called.
pub(super) fn procedure(path: &str) -> SqlAct {
    known(path).unwrap_or(SqlAct::Calls)
}

/// Notes what a function does that is called here.
pub(super) fn function(reading: &mut Reading, level: &Level<'_>, first: usize, at: usize) {
    let Some(name) = level.get(at).and_then(Token::name) else { return };
    let name = name.to_lowercase();
    // A procedure of SQL Server needs no call.
    if name.starts_with("xp_") || name.starts_with("sp_oa") {
        return reading.add(SqlAct::RunsCode, None);
    }
    if !level.get(at + 1).is_some_and(|next| next.is_sign("(")) {
        return;
    }
    let mut begin = at;
    while begin >= 2 && level.before(begin).is_some_and(|token| token.is_sign(".")) {
        begin -= if level.get(begin - 2).is_some_and(|token| token.name().is_some()) { 2 } else { 1 };
    }
    let schema = begin < at;
    let word = matches!(level.get(at), Some(Token::Word(_)));
    if !schema && word && among(STRUCTURE, &name) || lists(level, first, begin, at) {
        return;
    }
    let path = level.path(begin).map_or(name.clone(), |(path, _)| path);
    if let Some(act) = known(&path) {
        return reading.add(act, None);
    }
    let usual = !schema || path.starts_with("pg_catalog.") || path.starts_with("sys.");
    if !(usual && among(HARMLESS, &name)) {
        reading.add(SqlAct::Calls, None);
    }
}

/// Whether the parenthesis lists the columns of a table, an index, a query that has a name, or says how wide a type is.
fn lists(level: &Level<'_>, first: usize, begin: usize, at: usize) -> bool {
    const BEFORE: [&str; 18] = [
        "INTO",
        "TABLE",
        "REFERENCES",
        "EXISTS",
        "UPDATE",
        "INDEX",
        "KEY",
        "VIEW",
        "COPY",
        "WITH",
        "RECURSIVE",
        "AS",
        "INSERT",
        "OVERWRITE",
        "MERGE",
        "TYPE",
        "CONSTRAINT",
        "TRUNCATE",
    ];
    let Some(before) = level.before(begin) else { return false };
    let close = level.close(at + 1);
    let query = level.get(close + 1).is_some_and(|token| token.is("AS"))
        && level
            .get(close + 2)
            .is_some_and(|token| token.is_sign("(") || token.is_any(&["MATERIALIZED", "NOT"]));
    let defines = level.get(first).is_some_and(|head| head.is_any(&["CREATE", "ALTER"]));
    let column =
        matches!(before, Token::Word(word) if !among(STRUCTURE, word)) || matches!(before, Token::Name(_));
    // Another name for a query, with its columns.
    let other = before.is_sign(")") && begin == at;
    before.is_any(&BEFORE)
        || query
        || defines && (before.is_any(&["ON", "USING"]) || column)
        || other && known(level.get(at).and_then(Token::name).unwrap_or_default()).is_none()
}
