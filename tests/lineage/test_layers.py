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
