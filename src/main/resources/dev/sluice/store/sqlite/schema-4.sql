-- The same two conditions in words that cost less: for a list after IN, SQLite builds a table in memory for each row that
-- comes, which was a third of what a row cost. What is stored does not change, so the text of the table may be replaced
-- in place; readers do not look at conditions.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(replace(sql, 'state IN (''SETTLED'', ''VOIDED'', ''IN_DOUBT'')', 'state = ''SETTLED'' OR state = ''VOIDED'' OR state = ''IN_DOUBT'''), 'cost_kind IN (''FREE'', ''PRICED'', ''UNPRICED'')', 'cost_kind = ''FREE'' OR cost_kind = ''PRICED'' OR cost_kind = ''UNPRICED''') WHERE type = 'table' AND name = 'attempt';

PRAGMA writable_schema = RESET;
