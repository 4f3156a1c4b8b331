import pytest

from ctxpack.errors import ConfigError, ModelError
from ctxpack.pack import models


def test_default_is_scout_with_its_measured_reach():
    scout = models.find("scout")
    assert (scout.window, scout.effective, scout.tokenizer) == (10_485_760, 128_000, "llama4")
    assert "<|header_start|>" in scout.control


def test_hosts_serve_smaller_windows():
    assert models.find("scout@fireworks").max_input == 131_072
    assert models.find("scout@lambda").effective == 16_384


@pytest.mark.parametrize("profile", models.PROFILES.values(), ids=list(models.PROFILES))
def test_rows_are_consistent(profile):
    assert models.PROFILES[profile.name] is profile
    assert profile.source
    assert profile.date
    if profile.released:
        assert 0 < profile.effective <= profile.max_input <= profile.window
        assert profile.max_output > 0
        assert profile.factor >= 1
        assert 0 <= profile.margin < 0.5


def test_names_are_sorted_and_usable():
    assert list(models.names()) == sorted(models.names())
    assert "behemoth" not in models.names()
    assert all(models.find(name).name == name for name in models.names())


@pytest.mark.parametrize(
    ("written", "name"), [("Scout", "scout"), (" scout ", "scout"), ("llama-4-scout", "scout"), ("GPT-5", "gpt-5")]
)
def test_spellings(written, name):
    assert models.find(written).name == name


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("scot", "scout"),
        ("claude-opus", "claude-opus-5"),
        ("gemini", "gemini-2.5-pro"),
        ("", "known are"),
        ("zzz", "known are"),
    ],
)
def test_unknown_names_get_the_nearest(written, hint):
    with pytest.raises(ModelError, match="unknown model") as caught:
        models.find(written)
    assert hint in str(caught.value)


def test_behemoth_is_refused_with_the_way_out():
    with pytest.raises(ModelError, match=r"never been released.*\[tool\.ctxpack\.models\.behemoth\]"):
        models.find("behemoth")
    extra = {"behemoth": models.from_config("behemoth", {"window": 1_000_000})}
    profile = models.find("llama-4-behemoth", extra)
    assert (profile.window, profile.tokenizer, profile.template, profile.released) == (
        1_000_000,
        "llama4",
        "llama4",
        True,
    )
    assert "behemoth" in models.names(extra)


def test_config_fills_in_the_rest():
    profile = models.from_config("mine", {"window": 200_000})
    assert (profile.max_input, profile.effective, profile.max_output) == (200_000, 128_000, 8192)
    assert (profile.tokenizer, profile.factor, profile.source) == ("o200k_base", 1.0, "configuration")


def test_config_can_start_from_a_built_in_model():
    profile = models.from_config("scout@mine", {"like": "scout", "window": 65_536, "max-output": 4096})
    assert (profile.name, profile.max_input, profile.effective, profile.max_output) == (
        "scout@mine",
        65_536,
        65_536,
        4096,
    )
    assert profile.control == models.PROFILES["scout"].control


def test_config_wins_over_the_table():
    extra = {"scout": models.from_config("scout", {"like": "scout", "effective": 32_000})}
    assert models.find("scout", extra).effective == 32_000


def test_config_template_brings_its_control_strings():
    assert "<|im_start|>" in models.from_config("m", {"window": 9, "max-output": 1, "template": "chatml"}).control
    assert models.from_config("m", {"window": 9, "max-output": 1, "template": ""}).control == ()


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({}, "`window`"),
        ({"window": "8k"}, "window must be a whole number"),
        ({"window": True}, "window must be a whole number"),
        ({"window": 0}, "window must be above zero"),
        ({"window": 10, "max-input": 11}, "larger than the window"),
        ({"window": 10, "effective": 11}, "effective is larger"),
        ({"windows": 10}, "did you mean window"),
        ({"window": 10, "tokenizer": "bpe"}, "tokenizer must be one of"),
        ({"window": 10, "factor": 0.5}, "factor must lie"),
        ({"window": 10, "margin": 1}, "margin must lie"),
        ({"window": 10, "template": "alpaca"}, "template must be one of"),
        ({"window": 10, "title": 3}, "title must be a text"),
        ({"like": "scuot"}, "did you mean scout"),
        ({"like": "behemoth"}, "names no built-in model"),
    ],
)
def test_config_errors_name_the_key(mapping, message):
    with pytest.raises(ConfigError) as caught:
        models.from_config("mine", mapping)
    assert message in str(caught.value)
    assert str(caught.value).startswith("[tool.ctxpack.models.mine]")
