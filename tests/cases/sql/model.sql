{{ config(
    materialized='incremental'
) }}
-- <- outlined
-- depends_on: {{ ref('calendar') }}
--                     ^ reference read ref
{# {{ ref('not_this') }} #}
--         ^ nothing
{% set columns = dbt_utils.star(ref('shop', "orders_raw")) %}
--                         ^ reference call dbt_utils
--                                           ^ reference read ref.shop

with source as (
--   ^ definition view source
    select *, {{ cents('amount') }}
--               ^ reference call -
    from {{ source('raw', 'payments') }}
--                  ^ reference read source
-- <- outlined
    {% if is_incremental() %} where x > (select max(x) from {{ this }}) {% endif %}
--                                                             ^ nothing
),
{{ deduplicated('source') }}
select {{ columns.append(1) }}, {{ adapter.quote('x') }}
--                ^ nothing
--                                         ^ nothing
from deduplicated_rows
--   ^ nothing
join hard.coded using (id)
--        ^ reference read hard
join {{ ref('people', v=2) }} on true
--           ^ reference read ref
