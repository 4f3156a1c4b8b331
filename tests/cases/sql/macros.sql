{# Cents as a decimal. #}
{% macro cents(column, scale=2) -%}
--       ^ definition macro cents
--       ^ doc Cents as a decimal.
--       ^ outlined
  {{ return(adapter.dispatch('cents', 'shop')(column, scale)) }}
--                            ^ reference call adapter.dispatch.shop
{%- endmacro %}

{% macro default__cents(column) %} {{ column(1) }} {{ rounded(column) }} {% endmacro %}
--       ^ definition macro default__cents
--                                    ^ nothing
--                                                    ^ reference call -

{% snapshot people_history %}
--          ^ definition macro people_history
select * from {{ source('raw', 'people') }}
--                       ^ reference read source
{% endsnapshot %}

{% test positive(model, column_name) %}
--      ^ definition macro positive
select * from {{ model }} where {{ column_name }} < 0
{% endtest %}
