-- Customers of the shop.
CREATE TABLE IF NOT EXISTS sales.customers (
--                               ^ definition table sales.customers
--                               ^ doc Customers of the shop.
--                               ^ outlined
  id BIGINT NOT NULL,
  region_id int REFERENCES sales.regions (id),
--                               ^ reference read sales
--^ outlined
  total numeric(10, 2) DEFAULT 0
);

CREATE OR REPLACE VIEW sales.big AS
--                           ^ definition view sales.big
WITH recent AS (SELECT * FROM sales.orders WHERE ts > now()),
--   ^ definition view sales.big.recent
--   ^ private
--                                  ^ reference read sales
     orders AS (SELECT * FROM orders JOIN recent USING (id))
--   ^ definition view sales.big.orders
--                            ^ reference read -
--                                        ^ nothing
SELECT extract(year from ts), o.x, max(total)
--                       ^ nothing
-- <- outlined
FROM orders AS o, lateral flatten(o.tags), "Raw_Zone"."Items"
--   ^ nothing
--                        ^ nothing
--                                         ^ nothing
--                                                    ^ reference read Raw_Zone
WHERE o.a IS DISTINCT FROM o.b AND o.id IN (SELECT id FROM blocked), excluded
--                         ^ nothing
--                                                         ^ reference read -
--                                                                   ^ nothing
;

CREATE FUNCTION sales.touch(a int) RETURNS int AS $$
--                    ^ definition function sales.touch
BEGIN
  INSERT INTO audit_log (a) SELECT 1 FROM sales.customers;
--            ^ reference write -
--                                              ^ reference read sales
  RETURN 1;
END;
$$ LANGUAGE plpgsql;

MERGE INTO tgt t USING stage.src s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = 1;
--         ^ reference write -
--                           ^ reference read stage
UPDATE t SET a = 1 FROM real_table t WHERE 1 = 1;
--                      ^ reference read -
DELETE FROM old_rows WHERE note = 'FROM nothing_here';
--          ^ reference write -
--                                      ^ nothing
INSERT OVERWRITE TABLE db.daily PARTITION (d) SELECT * FROM hourly;
--                        ^ reference write db
--                                                          ^ reference read -
/* FROM commented */ SELECT 1 FROM "quoted;name" -- FROM also_commented
--                                 ^ reference read -
;
CREATE UNIQUE INDEX CONCURRENTLY ix_customers ON sales.customers (id);
--                               ^ definition key ix_customers
--                                                     ^ reference read sales
CREATE OR REFRESH STREAMING TABLE clean AS SELECT * FROM STREAM(LIVE.raw);
--                                ^ definition table clean
--                                                              ^ nothing
--                                                                   ^ reference read -
CREATE TABLE copies AS SELECT * FROM {{ schema }}.orders o LEFT JOIN ${cat}.sch.parts USING (id);
--           ^ definition table copies
--                                                ^ reference read {schema}
--                                                                              ^ reference read {cat}.sch
CALL refresh_all(1);
--   ^ reference call -
EXPLAIN SELECT a FROM @table_variable JOIN #temporary ON 1 = 1;
--                    ^ nothing
--                                         ^ nothing
ALTER TABLE sales.customers
-- ^ outlined
    ADD COLUMN region_id int NOT NULL
--  ^ outlined
        DEFAULT 0,
--  ^ hidden
    DROP COLUMN zone,
--  ^ outlined
    ADD CONSTRAINT positive
--  ^ outlined
        CHECK (region_id > 0),
--  ^ hidden
    DROP COLUMN IF EXISTS district;
--  ^ hidden
