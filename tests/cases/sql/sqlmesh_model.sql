MODEL (
  name sushi.revenue,
--           ^ definition table sushi.revenue
  kind FULL,
  columns (id INT, total DOUBLE)
);
SELECT id, sum(x) AS total FROM sushi.orders JOIN @this_model
--                                    ^ reference read sushi
--                                                 ^ nothing
