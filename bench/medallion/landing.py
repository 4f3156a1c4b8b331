"""Small data as the sources of the fixture would send it, for two days; the second has what arrived late.

What a pipeline is made of shows in its plan, so a few rows are enough: each source has one row that is fine, and those
that are not (an amount that is no number, an order without lines, a JSON that cannot be read).
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Sequence
from pathlib import Path

DAYS = ("2024-05-31", "2024-06-01")

ORDERS = (
    {"order_id": 1, "customer_id": 7, "placed_at": "2024-05-30T10:00:00", "currency": "eur",
     "lines": [{"sku": "MUG", "quantity": 2, "unit_cents": 950}, {"sku": "TEE", "quantity": 1}], "channel": "app"},
    {"order_id": 2, "placed_at": "2024-05-30T11:00:00", "currency": "usd",
     "lines": [{"sku": "MUG", "quantity": 1, "unit_cents": 1000}], "coupon_code": " MAY "},
    {"order_id": 3, "customer_id": 8, "placed_at": None, "currency": "eur", "lines": [], "channel": "marketplace"},
)  # fmt: skip
ORDER_EVENTS = (
    {"event_id": "a", "order_id": 1, "status": "placed", "happened_at": "2024-05-30T10:00:00"},
    {"event_id": "b", "order_id": 1, "status": "packed", "happened_at": "2024-05-30T15:00:00", "actor": "ann"},
    {"event_id": "c", "order_id": 2, "status": "placed", "happened_at": "2024-05-30T11:00:00"},
)
CUSTOMERS = (
    ("7", "Ann@Example.org", "Ann", "1", "at", '[{"kind": "billing", "street": "A 1", "city": "Linz"}]', "home"),
    ("8", "", " ", "", "", "not json", ""),
)
CONSENTS = (("7", "mail", "yes", "2024-05-01"), ("9", "phone", "no", "soon"))
PRICES = (("MUG", "EUR", "9.50", "2024-01-01"), ("MUG", "EUR", "ask", "2024-02-01"), ("TEE", "EUR", "20", "2024-03-01"))
SUPPLIERS = (
    {"supplier_id": "S1", "name": "Clay", "country": "at", "lead_time_days": "12"},
    {"supplier_id": "S2", "name": "Yarn", "country": "pt", "lead_time_days": "ten"},
)
PAYMENTS = (
    {"payment_id": "p1", "order_id": 1, "method": "Card", "amount": "19.00", "currency": "eur", "state": "captured",
     "captured_at": "2024-05-30T10:01:00", "risk_score": 0.1},
    {"payment_id": "p2", "order_id": 9, "method": "card", "amount": "?", "currency": "eur", "state": "failed"},
)  # fmt: skip
REFUNDS = ({"refund_id": "r1", "payment_id": "p1", "amount": "9.50", "refunded_at": "2024-06-01"},)
POST = ({"shipment_id": "s1", "order_id": 1, "tracking_code": "T", "shipped_at": "2024-05-31T08:00:00",
         "delivered_at": "2024-06-01T08:00:00", "weight_grams": 700},)  # fmt: skip
COURIER = ({"id": "s2", "reference": "none", "service_level": "express", "picked_up": "2024-05-31T08:00:00"},)
RETURNS = (("x1", "1", "MUG", "1", "broken", "01.06.2024"), ("x2", "77", "TEE", "1", "", "soon"))
WEB_EVENTS = (
    {"event_id": "w1", "visitor_id": "v", "kind": "page", "url": "https://shop.example/p/MUG?utm_campaign=app-may",
     "happened_at": "2024-05-30T09:00:00"},
    {"event_id": "w2", "visitor_id": "v", "customer_id": 7, "kind": "login", "happened_at": "2024-05-30T09:10:00",
     "consent_given": True},
)  # fmt: skip
RATES = (("2024-05-30", "usd", "1.08"), ("2024-05-31", "usd", "N/A"))


def lay(root: Path, spark) -> None:
    """Write the files of all sources below `root`."""
    for day in DAYS:
        _daily(root, day)
        _parquet(root, day, spark)
    _lines(root / "shop/order_events/1.json", ORDER_EVENTS)
    _lines(root / "psp/payments/1.json", PAYMENTS)
    _lines(root / "psp/refunds/1.json", REFUNDS)
    _lines(root / "web/events/1.json", WEB_EVENTS)
    _table(root / "ecb/rates/1.csv", ("rate_date", "currency", "rate"), RATES)


def _daily(root: Path, day: str) -> None:
    late = day == DAYS[-1]
    customers = ("customer_id", "email", "full_name", "phone", "country", "address_json", "segment")
    tier = ("gold",) if late else ()
    _lines(root / f"shop/orders/{day}/1.json", ORDERS)
    _table(root / f"crm/customers/{day}/1.csv", (*customers, *(("loyalty_tier",) if late else ())),
           [(*row, *tier) for row in CUSTOMERS])  # fmt: skip
    _table(root / f"crm/consents/{day}/1.csv", ("customer_id", "channel", "granted", "granted_at"), CONSENTS)
    _table(root / f"erp/prices/{day}/1.csv", ("sku", "currency", "price", "valid_from"), PRICES)
    _lines(root / f"erp/suppliers/{day}/1.json", SUPPLIERS)
    _lines(root / f"carriers/post/{day}/1.json", POST)
    _lines(root / f"carriers/courier/{day}/1.json", COURIER)
    columns = ("return_id", "order_id", "sku", "quantity", "reason_code", "returned_at")
    _table(root / f"wms/returns/{day}/1.csv", columns, RETURNS, delimiter=";")


def _parquet(root: Path, day: str, spark) -> None:
    products = [("MUG", "A mug", "kitchen", "S1", 950, {"colour": "blue"}), ("TEE", None, None, "S2", None, None)]
    schema = (
        "sku string, title string, category string, vendor_no string, price_cents int, attributes map<string,string>"
    )
    spark.createDataFrame(products, schema).write.parquet(str(root / f"catalogue/products/{day}"))
    counted = datetime.datetime.fromisoformat(f"{day}T06:00:00")
    stock = spark.createDataFrame(
        [("vienna", "MUG", 4, counted)], "warehouse string, sku string, on_hand int, counted_at timestamp"
    )
    stock.write.parquet(str(root / f"wms/inventory/{day}"))


def _lines(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _table(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, escapechar="\\", doublequote=False)
        writer.writerows([head, *rows])
