"""Settings: sources in their order, origins, and messages that say what is wrong and where."""

import os
from pathlib import Path

import pytest

from ctxpack import config
from ctxpack.errors import ConfigError


def test_defaults_hold_where_nothing_is_said() -> None:
    loaded = config.from_texts()
    assert (loaded.model, loaded.budget, loaded.format) == ("scout", "auto", "xml")
    assert set(loaded.origins.values()) == {"default"}
    assert list(loaded.values()) == [setting.key for setting in config.SETTINGS]


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    fields = set(config.Config.__dataclass_fields__) - {"origins", "problems"}
    assert {setting.attribute for setting in config.SETTINGS} == fields


def test_a_file_beats_the_default_and_the_caller_beats_the_file() -> None:
    shared = '[tool.ctxpack]\nmodel = "maverick"\nbudget = 8000\ninclude = ["src/"]\n'
    loaded = config.from_texts(None, shared, {"budget": "16k", "format": None})
    assert (loaded.model, loaded.budget, loaded.format) == ("maverick", "16k", "xml")
    assert loaded.include == ("src/",)
    assert loaded.origins["model"] == "pyproject.toml [tool.ctxpack]"
    assert loaded.origins["budget"] == "caller"
    assert loaded.origins["format"] == "default"


def test_the_own_file_wins_and_says_so() -> None:
    loaded = config.from_texts('model = "scout@groq"', '[tool.ctxpack]\nmodel = "maverick"\nbudget = "4k"')
    assert (loaded.model, loaded.budget) == ("scout@groq", "auto")
    assert [problem.path for problem in loaded.problems] == ["pyproject.toml"]
    assert "ctxpack.toml" in loaded.problems[0].message


def test_caller_may_spell_keys_as_attributes_but_files_may_not() -> None:
    assert config.from_texts(overrides={"max_file_bytes": 5}).max_file_bytes == 5
    with pytest.raises(ConfigError, match=r"unknown key 'max_file_bytes'; did you mean max-file-bytes\?"):
        config.from_texts("max_file_bytes = 5")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('modle = "scout"', "unknown key 'modle'; did you mean model?"),
        ("zzz = 1", "unknown key 'zzz'; known are model, budget"),
        ("model = 3", "model must be a model's name in quotes, not 3"),
        ("model = ''", "model must be"),
        ("budget = true", "budget must be a number of tokens"),
        ("include = 'src'", "include must be a list of patterns"),
        ("include = [1]", "include must be a list of patterns"),
        ("max-file-bytes = 0", "max-file-bytes must be a whole number above zero, not 0"),
        ("workers = '4'", "workers must be a whole number above zero, not '4'"),
        ("reserve-output = -1", "reserve-output must be a whole number, zero or more, not -1"),
        ("sql-dialect = 3", "sql-dialect must be the name of a dialect in quotes, not 3"),
        ("sql-dialect = 'postgre'", "not 'postgre'; did you mean postgres?"),
        ("sql-dialect = 'xyzzy'", "not 'xyzzy'; known are athena, bigquery"),
        ("models = 3", "models must be tables"),
        ("[models]\nx = 3", "models must be tables"),
        ("model = ", "is not valid TOML"),
        ("cache-dir = '/tmp'", "unknown key 'cache-dir'"),
    ],
)
def test_mistakes_name_the_file_the_key_and_what_was_expected(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.from_texts(text)
    assert "ctxpack.toml" in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_model_tables_pass_through() -> None:
    loaded = config.from_texts(None, "[tool.ctxpack.models.house]\nwindow = 64000\nlike = 'scout'\n")
    assert {name: dict(table) for name, table in loaded.models.items()} == {"house": {"window": 64000, "like": "scout"}}


def test_a_foreign_pyproject_that_is_not_toml_is_only_a_remark() -> None:
    loaded = config.from_texts(None, "{{ cookiecutter }}")
    assert loaded.model == "scout"
    assert "pyproject.toml is not valid TOML" in loaded.problems[0].message
    with pytest.raises(ConfigError, match="not valid TOML"):
        config.from_texts(None, "[tool.ctxpack]\nmodel = \n")


def test_tool_ctxpack_must_be_a_table() -> None:
    with pytest.raises(ConfigError, match="must be a table"):
        config.from_texts(None, "[tool]\nctxpack = 3\n")


def test_deep_nesting_is_an_error_in_words() -> None:
    with pytest.raises(ConfigError, match=r"nested too deeply|not valid TOML"):
        config.from_texts("model = " + "[" * 100_000)


def test_files_are_read_from_the_root_and_paths_are_taken_from_it(tmp_path: Path) -> None:
    (tmp_path / "ctxpack.toml").write_bytes(b"\xef\xbb\xbftokenizer-file = 'models/t.model'\n")
    loaded = config.load(tmp_path)
    assert loaded.tokenizer_file == tmp_path / "models" / "t.model"
    assert config.load(tmp_path, {"tokenizer-file": "t.model"}).tokenizer_file == Path("t.model")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe[tool]")
    assert "not UTF-8" in config.load(tmp_path).problems[0].message
    (tmp_path / "ctxpack.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"ctxpack\.toml cannot be read: it is not UTF-8"):
        config.load(tmp_path)


def test_a_directory_of_that_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "ctxpack.toml").mkdir()
    assert config.load(tmp_path).model == "scout"


def test_weights_are_numbers_by_dotted_name() -> None:
    text = '[weights]\nfiles.words = 1\nroles."test" = 0.5\n"files.file name" = 0.25\n'
    assert dict(config.from_texts(text).weights) == {"files.file name": 0.25, "files.words": 1.0, "roles.test": 0.5}
    assert dict(config.from_texts().weights) == {}


@pytest.mark.parametrize(
    "table", ["weights = 3", "[weights]\nfiles = true", "[weights]\nfiles.words = -1", "[weights]\na = nan"]
)
def test_weights_that_are_none(table: str) -> None:
    with pytest.raises(ConfigError, match="weights must be"):
        config.from_texts(table)


MANY_DIGITS = "9" * 6000
"""More than Python turns into a number."""


def test_a_number_of_too_many_digits_is_an_error_only_beside_own_settings() -> None:
    with pytest.raises(ConfigError, match=r"^ctxpack.toml has a number of too many digits$"):
        config.from_texts(f"workers = {MANY_DIGITS}\n")
    with pytest.raises(ConfigError, match="too many digits"):
        config.from_texts(None, f"a = {MANY_DIGITS}\n[tool.ctxpack]\nmodel = 'scout'\n")
    (problem,) = config.from_texts(None, f"a = {MANY_DIGITS}\n").problems
    assert "too many digits" in problem.message


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    (problem,) = config.load(tmp_path).problems
    assert problem.message == "cannot be read for settings: it is not a regular file"
    (tmp_path / "ctxpack.toml").symlink_to("pyproject.toml")
    with pytest.raises(ConfigError, match="it is not a regular file"):
        config.load(tmp_path)


def test_a_file_too_large_for_settings_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "pyproject.toml").open("wb") as file:
        file.truncate(5_000_000)
    (problem,) = config.load(tmp_path).problems
    assert problem.message == "cannot be read for settings: it is larger than 4,000,000 bytes"


def test_a_link_out_of_the_repository_is_not_read_for_settings(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside.toml", tmp_path / "repository"
    root.mkdir()
    outside.write_text("budget = 5000\n[tool.ctxpack]\nbudget = 5000\n", encoding="utf-8")
    (root / "pyproject.toml").symlink_to(outside)
    loaded = config.load(root)
    assert loaded.budget == "auto"
    assert [(one.path, "leads out of the repository" in one.message) for one in loaded.problems] == [
        ("pyproject.toml", True)
    ]
    (root / "ctxpack.toml").symlink_to(outside)
    with pytest.raises(ConfigError, match="leads out of the repository"):
        config.load(root)


def test_a_link_inside_the_repository_is_read_for_settings(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "part").mkdir()
    (tmp_path / "ctxpack.toml").write_text("budget = 5000\n", encoding="utf-8")
    (tmp_path / "part" / "ctxpack.toml").symlink_to(Path("..", "ctxpack.toml"))
    assert config.load(tmp_path / "part").budget == "5000"
