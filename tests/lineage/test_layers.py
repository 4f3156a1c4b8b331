"""Layers by the words of names, settings and folders."""

from __future__ import annotations

import pytest

from ctxpack.lineage.names.layers import layer_of


@pytest.mark.parametrize(
    ("name", "path", "layer"),
    [
        ("silver.orders", "jobs/x.py", "silver"),
        ("{catalog}.gold.daily_revenue", "", "gold"),
        ("s3a://lake/bronze/events", "", "bronze"),
        ("stg_orders", "models/anything/stg_orders.sql", "staging"),
        ("int_orders_joined", "", "intermediate"),
        ("dim_customer", "models/x/dim_customer.sql", "marts"),
        ("customers", "models/marts/customers.sql", "marts"),
        ("orders", "src/app/orders.py", ""),
        ("orders", "app/orders.py", ""),
        ("prod_silver.orders", "", "silver"),
    ],
)
def test_layer(name: str, path: str, layer: str) -> None:
    assert layer_of(name, path) == layer


@pytest.mark.parametrize(
    ("name", "path", "settings", "layer"),
    [
        ("orders", "jobs/x.py", "dbt_staging", "staging"),
        ("silver.orders", "bronze/x.py", "gold", "silver"),
        ("stg_orders", "models/x.sql", "marts", "staging"),
        ("orders", "bronze/x.py", "gold", "gold"),
        ("orders", "bronze/silver/x.py", "", "silver"),
        ("orders_gold", "bronze/x.py", "", "bronze"),
        ("orders_gold", "jobs/x.py", "", "gold"),
        ("orders_staging", "jobs/x.py", "", ""),
        ("gold", "jobs/x.py", "", ""),
        ("orders", "jobs/gold.py", "", ""),
    ],
)
def test_a_schema_counts_before_a_setting_a_setting_before_folders_and_the_rest_of_a_name_last(
    name: str, path: str, settings: str, layer: str
) -> None:
    assert layer_of(name, path, settings) == layer
