"""JPA in Java and Kotlin: what annotations declare, what other classes and constants tell, how names are guessed."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas import jpa, jpa_constants, sql


def folded(*texts: str, constants: str = "", migration: str = "") -> Folded:
    files = [(f"src/A{n}.java", jpa.read(text)) for n, text in enumerate(texts)]
    if constants:
        files.append(("src/Constants.java", jpa_constants.read(constants)))
    if migration:
        files.append(("db/migration/V1__first.sql", sql.read(migration)))
    return fold(files)


def table(*texts: str, name: str = "", constants: str = "") -> DeclaredTable:
    found = folded(*texts, constants=constants).tables
    return next(one for one in found if not name or one.name == name)


def described(one: DeclaredTable) -> list[tuple[str, str, bool | None]]:
    return [(column.name, column.type, column.nullable) for column in one.columns]


@pytest.mark.parametrize(
    ("member", "name", "kind", "nullable", "default"),
    [
        ("@Id @GeneratedValue(strategy = GenerationType.IDENTITY) private Long id;", "id", "Long", False,
         "autoincrement()"),
        ("@Id private java.util.UUID userId;", "user_id", "java.util.UUID", False, ""),
        ("private String firstName;", "first_name", "String", True, ""),
        ("int age;", "age", "int", False, ""),
        ('@Column(name = "nm", nullable = false, length = 50) String name = "x";', "nm", "String(50)", False, ""),
        ("@NotNull @Enumerated(EnumType.STRING) private Kind kind;", "kind", "Kind", False, ""),
        ("@Basic(optional = false) private String a;", "a", "String", False, ""),
        ("@Column(precision = 9, scale = 2) private BigDecimal a;", "a", "BigDecimal(9, 2)", True, ""),
        ("@Column(columnDefinition = \"text default 'x' not null\") String a;", "a", "text", True, "'x'"),
        ('@ColumnDefault("now()") private Instant a;', "a", "Instant", True, "now()"),
        ("@Convert(converter = C.class) private List<String> a;", "a", "List<String>", True, ""),
    ],
)  # fmt: skip
def test_columns(member: str, name: str, kind: str, nullable: bool, default: str) -> None:
    (column,) = table(f"@Entity\npublic class Pet {{\n  {member}\n}}").columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert column.line == 3


@pytest.mark.parametrize(
    "member",
    [
        "static final long serialVersionUID = 1;", "private transient String a;", "@Transient private String a;",
        "@OneToMany(mappedBy = \"pet\") private List<Visit> visits;", "private Set<String> names;",
        "@Formula(\"1\") private int a;", "@OneToOne(mappedBy = \"pet\") private Owner owner;",
    ],
)  # fmt: skip
def test_what_is_no_column(member: str) -> None:
    assert [one.name for one in table(f"@Entity class Pet {{ @Id Long id; {member} }}").columns] == ["id"]


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        ("@Entity", "house_pet"),
        ('@Entity(name = "PetThing")', "pet_thing"),
        ('@Entity @Table(name = "Pets", schema = "app")', "app.pets"),
        ("@Entity @Table(name = HousePet.NAME)", ""),
        ("@Entity @Table(name = NAME)", "own"),
    ],
)
def test_the_name_of_a_table(marks: str, name: str) -> None:
    own = 'public static final String NAME = "own"; ' if marks.endswith("(name = NAME)") else ""
    found = folded(f"{marks} class HousePet {{ {own}@Id Long id; }}").tables
    assert [one.name for one in found] == ([name] if name else [])


def test_names_that_constants_of_another_file_hold() -> None:
    constants = (
        'class Names { public static final String BASE = "pet"; static final String PETS = BASE + "s";\n'
        "static final String LINK = Other.X; static final String OWNER = PETS; }"
    )
    pet = (
        '@Entity @Table(name = Names.PETS) class Pet { @Column(name = Names.BASE + "_id") Long id;\n'
        "@Column(name = Names.LINK) Long link; @Column(name = OWNER) Long owner; }"
    )
    found = table(pet, constants=constants)
    assert (found.name, [one.name for one in found.columns]) == ("pets", ["pet_id", "pets"])


def test_columns_of_bases_and_embedded_classes() -> None:
    base = "@MappedSuperclass public abstract class Base<T> { @Id Long id; }"
    address = "@Embeddable class Address { String street; }"
    found = table("@Entity class Pet extends Base<Pet> { @Embedded Address home; Address second; }", base, address)
    assert described(found) == [("id", "Long", False), ("street", "String", True)]
    assert found.keys == ("primary key (id)",)


def test_relations() -> None:
    pet = (
        "@Entity class Pet { @ManyToOne(optional = false) Owner owner;\n"
        '@ManyToOne @JoinColumn(name = "type_no", referencedColumnName = "no") PetType type;\n'
        '@ManyToMany @JoinTable(name = "pet_tags", joinColumns = @JoinColumn(name = "pet"),\n'
        ' inverseJoinColumns = @JoinColumn(name = "tag")) Set<Tag> tags; }'
    )
    found = folded(pet, '@Entity @Table(name = "owners") class Owner { @Id String code; }').tables
    assert [one.name for one in found] == ["owners", "pet", "pet_tags"]
    assert described(found[1]) == [("owner_code", "String", False), ("type_no", "", True)]
    assert found[1].keys == (
        "foreign key (owner_code) references owners", "foreign key (type_no) references pet_type (no)"
    )  # fmt: skip
    assert found[2].keys == ("foreign key (pet) references pet", "foreign key (tag) references tag")


@pytest.mark.parametrize(
    ("strategy", "tables"),
    [
        ("", {"pet": ["id", "name", "barks"]}),
        ("@Inheritance(strategy = InheritanceType.JOINED)", {"pet": ["id", "name"], "dog": ["id", "barks"]}),
        ("@Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)",
         {"pet": ["id", "name"], "dog": ["id", "name", "barks"]}),
    ],
)  # fmt: skip
def test_entities_above_entities(strategy: str, tables: dict[str, list[str]]) -> None:
    found = folded(
        f"@Entity {strategy} class Pet {{ @Id Long id; String name; }}", "@Entity class Dog extends Pet { int barks; }"
    ).tables
    assert {one.name: [column.name for column in one.columns] for one in found} == tables


def test_annotations_of_getters() -> None:
    pet = "@Entity class Pet { private Long no; @Id public Long getId() { return no; } @Column(nullable = false)"
    assert described(table(pet + " public String getName() { return null; } }")) == [
        ("id", "Long", False), ("name", "String", False)
    ]  # fmt: skip


def test_kotlin() -> None:
    pet = (
        '@Entity\n@Table(name = "pets")\nclass Pet(\n'
        "  @Id @GeneratedValue(strategy = GenerationType.IDENTITY) val id: Long? = null,\n"
        '  @field:Column(name = "nm") var name: String,\n'
        "  @ManyToOne @JoinColumn(nullable = false) var owner: Owner?,\n"
        ") : Base() {\n  var note: String? = null\n  var age: Int = 0\n  val full: String get() = name\n}\n"
    )
    found = table(pet, "@MappedSuperclass\nopen class Base {\n  lateinit var made: Instant\n}\n")
    assert found.name == "pets"
    assert described(found) == [
        ("made", "Instant", None), ("id", "Long", False), ("nm", "String", None), ("owner_id", "", False),
        ("note", "String", True), ("age", "Int", False),
    ]  # fmt: skip
    assert found.columns[1].default == "autoincrement()"


@pytest.mark.parametrize("spelled", ["HousePet", "house_pet", "housepet"])
def test_the_table_that_a_migration_declares_in_either_spelling_is_the_one(spelled: str) -> None:
    made = f"create table {spelled} (id bigint primary key, firstName varchar(9) default 'x');"
    found = folded("@Entity class HousePet { @Id Long id; String firstName; }", migration=made)
    (pet,) = found.tables
    assert (pet.name, pet.format, pet.columns[1].default) == (spelled.lower(), "sql", "'x'")
    assert [(one.name, [column.name for column in one.columns]) for one in found.others] == [
        (spelled.lower(), ["id", "firstName"])
    ]
    assert found.problems == ()


def test_a_class_whose_table_no_definition_has_where_they_have_the_others_is_none() -> None:
    pets = ["@Entity class Pet { @Id Long id; }", "@Entity class Dog { @Id Long id; }"]
    shown = ["@Entity class PetShown { @Id Long id; }", '@Entity @Table(name = "cats") class Cat { @Id Long id; }']
    made = "create table pet (id int); create table dog (id int); create table cow (id int);"
    found = folded(*pets, *shown, "@Entity class Cow { @Id Long id; }", migration=made)
    assert [one.name for one in found.tables] == ["cats", "cow", "dog", "pet"]
    assert [one.name for one in folded(*pets, *shown).tables] == ["cats", "dog", "pet", "pet_shown"]


@pytest.mark.parametrize("text", ["", "class A {" * 3_000, "@Entity class A { @Column(", "@" * 20_000])
def test_hostile_text(text: str) -> None:
    assert jpa.read(text).problems == ()
    assert jpa_constants.read(text).steps == ()
