"""What Rails makes of the same words in migrations of different versions, and what a schema file writes out."""

from __future__ import annotations

from ctxpack.parse.schemas.rails import read

OLD = """
class CreateOrders < ActiveRecord::Migration[5.0]
  def change
    create_table :orders do |t|
      t.references :user
      t.string :note, limit: nil
    end
  end
end
"""
REMOVING = """
class DropFlags < ActiveRecord::Migration[7.1]
  def change
    safety_assured do
      remove_columns :orders, *%i[one two], type: :boolean, null: false
    end
  end
end
"""


def test_keys_are_of_four_bytes_before_rails_5_1() -> None:
    (step,) = read(OLD).steps
    assert [(one.name, one.type) for one in step.columns] == [
        ("id", "integer"),
        ("user_id", "integer"),
        ("note", "string"),
    ]
    (step,) = read(OLD.replace("[5.0]", "[5.1]")).steps
    assert [one.type for one in step.columns][:2] == ["bigint", "bigint"]


def test_columns_that_an_array_names() -> None:
    assert [(step.kind, step.name) for step in read(REMOVING).steps] == [("drop column", "one"), ("drop column", "two")]


def test_no_precision_is_no_precision() -> None:
    text = (
        "ActiveRecord::Schema[7.1].define(version: 1) do\n"
        'create_table "t" do |t|\nt.datetime "at", precision: nil\nend\nend'
    )
    steps = read(text).steps
    assert [one.type for step in steps for one in step.columns if one.name == "at"] == ["datetime"]
