"""Django model fields as columns and keys, and many-to-many fields as join tables.

The name of a table begins with the app label, which depends on the path of the file: `{app}` is its placeholder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.python_defaults import database_default
from ctxpack.parse.schemas.python_tree import Call, Module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

USER = "{auth_user_model}"
"""The placeholder for the table of the user model (AUTH_USER_MODEL)."""

_NO_COLUMNS = ("GenericForeignKey", "GenericRelation", "Manager", "CompositePrimaryKey")
_COMPOSED = ("amount_field", "net_amount_field", "gross_amount_field")
"""Arguments of composite fields, which have no column of their own."""

_REFERENCES = ("ForeignKey", "OneToOneField", "ParentalKey", "OneToOne")
_OTHER_OWNERS = frozenset({"forms", "serializers", "filters", "django_filters", "graphene", "form_fields", "schema"})
_SIZES = ("max_length", "max_digits", "decimal_places")


@dataclass(frozen=True, slots=True)
class Field:
    """The schema of a field: a column with its keys, or a join table."""

    column: Column | None = None
    keys: tuple[str, ...] = ()
    joining: SchemaStep | None = None


def is_field(call: Call) -> bool:
    """Whether a call looks like the constructor of a model field."""
    owner = call.name.partition(".")[0]
    last = call.last
    if owner in _OTHER_OWNERS or last == "Field" or last.endswith("ChoiceField") or not last[:1].isupper():
        return False
    return last.endswith(("Field", "ForeignKey", "ParentalKey"))


def field(module: Module, call: Call, name: str, model: str, table: str) -> Field | None:
    """The field `name` of a model with the table `table`; None if it has no column or table in the database."""
    if any(part in call.last for part in _NO_COLUMNS) or any(name in call.named for name in _COMPOSED):
        return None
    if call.last.endswith("ManyToManyField"):
        joining = _joining(module, call, name, model, table)
        return Field(joining=joining) if joining is not None else None
    refers = call.last.endswith(_REFERENCES)
    given = module.string(call.named.get("db_column"))
    column = given or (f"{name}_id" if refers else name)
    primary = module.truth(call.named.get("primary_key")) is True
    nullable = module.truth(call.named.get("null")) is True and not primary
    doc = module.string(call.named.get("help_text")) or module.string(call.named.get("db_comment")) or ""
    keys = [f"primary key ({column})"] if primary else []
    unique = module.truth(call.named.get("unique")) is True or call.last.endswith("OneToOneField")
    if unique and not primary:
        keys.append(f"unique ({column})")
    if refers and module.truth(call.named.get("db_constraint")) is not False:
        target = target_of(module, call, table)
        other = module.string(call.named.get("to_field"))
        if target:
            keys.append(f"foreign key ({column}) references {target}" + (f" ({other})" if other else ""))
    default = database_default(module, call.named.get("db_default"))
    made = Column(column, _type(module, call), nullable, " ".join(doc.split()), line=call.line, default=default)
    return Field(made, tuple(keys))


def _type(module: Module, call: Call) -> str:
    """The type of a column: the class of the field, with its sizes."""
    sizes = [module.text(call.named[name]) for name in _SIZES if name in call.named]
    return f"{call.last}({', '.join(sizes)})" if sizes else call.last


def target_of(module: Module, call: Call, table: str) -> str:
    """The table that a relational field references, by the name of its model; "" if unknown."""
    node = call.argument(0, "to")
    if node is None:
        return ""
    text = module.string(node)
    if text is None:
        dotted = module.dotted(node) or (_first_argument(module, node) or "")
        if dotted.endswith("AUTH_USER_MODEL") or dotted == "get_user_model":
            return USER
        imported = module.imported().get(dotted, "")
        text = _by_import(imported) if imported else dotted.rpartition(".")[2]
    if text == "self":
        return table
    if text.endswith("AUTH_USER_MODEL"):
        return USER
    app, _, model = text.rpartition(".")
    return f"{(app.rpartition('.')[2] or '{app}')}_{model}".lower() if model else ""


def _first_argument(module: Module, node: Node) -> str:
    call = module.call(node)
    return call.name if call is not None else ""


def _by_import(imported: str) -> str:
    """`shop.orders.models.Order` is the model Order of the app orders."""
    parts = imported.strip(".").split(".")
    model = parts[-1]
    folders = parts[:-1]
    at = len(folders) - 1 - folders[::-1].index("models") if "models" in folders else -1
    if imported.startswith(".") and (at <= 0):
        return model
    return f"{folders[at - 1]}.{model}" if at > 0 else model


def _joining(module: Module, call: Call, name: str, model: str, table: str) -> SchemaStep | None:
    """The join table of a many-to-many field; None if a model stands for it (`through`)."""
    if "through" in call.named:
        return None
    target = target_of(module, call, table)
    own = model.lower()
    other = target.rpartition("_")[2] if target and not target.endswith("}") else "user"
    itself = own == other or target in (table, f"{{app}}_{own}")
    names = (f"from_{own}_id", f"to_{own}_id") if itself else (f"{own}_id", f"{other}_id")
    columns = (Column("id", "AutoField", False), *(Column(one, "ForeignKey", False, line=call.line) for one in names))
    keys = ["primary key (id)", f"foreign key ({names[0]}) references {table}"]
    if target:
        keys.append(f"foreign key ({names[1]}) references {target}")
    keys.append(f"unique ({', '.join(names)})")
    given = module.string(call.named.get("db_table"))
    return SchemaStep(
        "create",
        given.lower() if given else f"{table}_{name}".lower(),
        call.line,
        columns,
        tuple(keys),
        name=f"{model}.{name}",
    )


def unique_sets(module: Module, node: Node | None) -> list[str]:
    """The keys of `unique_together`: one list of fields, or several."""
    items = module.items(node)
    if not items:
        return []
    if all(module.string(item) is not None for item in items):
        return [f"unique ({', '.join(module.strings(node))})"]
    return [f"unique ({', '.join(names)})" for item in items if (names := module.strings(item))]


def constraint(module: Module, call: Call | None) -> str:
    """The key of an unconditional UniqueConstraint; "" for any other constraint."""
    if call is None or call.last != "UniqueConstraint" or "condition" in call.named:
        return ""
    names = module.strings(call.named.get("fields"))
    name = module.string(call.named.get("name"))
    if not names:
        return ""
    return (f"constraint {name} " if name else "") + f"unique ({', '.join(names)})"
