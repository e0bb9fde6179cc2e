"""Functions that databases bring along and that read no table by a name hidden in their arguments.

A function that is not listed may have a body that reads other people's rows. Those that run text or read a table by its name
(`query_to_xml`, `dblink`, `ts_stat`, `pg_read_file`, …) are left out on purpose.
"""

from __future__ import annotations

KNOWN = frozenset(
    """
    count sum min max avg total group_concat string_agg array_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every
    stddev stddev_pop stddev_samp variance var_pop var_samp percentile_cont percentile_disc mode corr aggregate_strings any_value
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value grouping_sets cube rollup
    coalesce nullif ifnull iif greatest least abs ceil ceiling floor round trunc sqrt power pow exp ln log log10 mod sign pi random div
    sin cos tan asin acos atan atan2 degrees radians width_bucket gcd lcm
    lower upper length char_length character_length octet_length bit_length trim ltrim rtrim btrim lpad rpad left right substr substring
    replace reverse repeat position strpos instr concat concat_ws split_part initcap ascii chr char unicode hex unhex translate overlay
    format printf quote quote_ident quote_literal md5 sha224 sha256 sha384 sha512 encode decode to_hex starts_with like glob soundex
    regexp_replace regexp_match regexp_matches regexp_split_to_array regexp_split_to_table regexp_count regexp_substr regexp_like
    now current_timestamp current_date current_time localtime localtimestamp clock_timestamp statement_timestamp transaction_timestamp
    date time datetime julianday strftime unixepoch date_trunc date_part date_bin extract age make_date make_time make_timestamp
    make_timestamptz make_interval to_char to_date to_timestamp to_number justify_days justify_hours timezone isfinite sysdate utc_timestamp
    cast convert try_cast typeof pg_typeof exists any some all array row
    json json_array json_object json_extract json_extract_path json_extract_path_text json_array_length json_type json_valid json_set
    json_insert json_replace json_remove json_patch json_quote json_group_array json_group_object json_typeof json_build_object
    json_build_array jsonb_build_object jsonb_build_array jsonb_extract_path jsonb_extract_path_text jsonb_array_length jsonb_typeof
    jsonb_set jsonb_insert jsonb_strip_nulls jsonb_pretty jsonb_path_exists jsonb_path_query jsonb_path_query_array jsonb_path_query_first
    jsonb_path_match to_json to_jsonb row_to_json jsonb jsonb_contains
    array_append array_cat array_length array_ndims array_position array_positions array_prepend array_remove array_replace array_to_string
    string_to_array cardinality array_upper array_lower
    to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight numnode querytree
    similarity word_similarity levenshtein unaccent gen_random_uuid uuid_generate_v4 uuidv7 newid
    int4range int8range numrange tsrange tstzrange daterange isempty lower_inc upper_inc range_merge
    version sqlite_version current_user session_user user current_schema current_database database last_insert_rowid last_insert_id changes
    total_changes lastval currval nextval setval pg_backend_pid txid_current pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock
    pg_try_advisory_lock pg_try_advisory_xact_lock pg_sleep current_setting set_config pg_get_serial_sequence pg_is_in_recovery
    format_type col_description obj_description shobj_description to_regclass to_regtype pg_get_expr pg_get_constraintdef pg_get_indexdef
    pg_get_viewdef pg_get_userbyid pg_get_partkeydef pg_table_is_visible pg_type_is_visible pg_index_column_has_property pg_encoding_to_char
    has_table_privilege has_schema_privilege pg_has_role generate_subscripts pg_get_function_identity_arguments pg_relation_size
    pg_total_relation_size pg_database_size pg_size_pretty
    next_value matched dateadd datediff getdate len isnull ifnull
    """.split()
)
"""Functions that give a value."""

TABLE_FUNCTIONS = frozenset(
    """
    generate_series unnest json_each json_tree json_array_elements json_array_elements_text jsonb_array_elements jsonb_array_elements_text
    jsonb_each jsonb_each_text json_each_text jsonb_object_keys json_object_keys jsonb_to_recordset json_to_recordset jsonb_to_record
    json_table values
    """.split()
)
"""Functions that stand where a table stands and make their rows from their arguments."""

WORDS_BEFORE_PARENTHESIS = frozenset(
    """
    select from where and or not in exists any all some as on using values over partition filter within group order by having union
    intersect except case when then else end with recursive materialized join inner outer left right full cross lateral returning set insert
    into
    distinct between is like ilike similar interval cast extract varchar char character numeric decimal float bit time timestamp
    check references primary key unique foreign constraint default add if index begin savepoint limit offset rows range groups tablesample
    """.split()
)
"""Words of SQL that may stand before a parenthesis and call nothing."""
