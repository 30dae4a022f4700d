"""Any value survives the way through a file: what is written by the format's own writers is read back byte for byte."""

import io
import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootseal_cli.failures import CliError
from bootseal_cli.importing.reading import read_entries
from bootseal_cli.values.prompt import LineReader

VALUES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=80)
NAMES = st.from_regex(r"[A-Z][A-Z0-9]{0,20}X", fullmatch=True)
ENTRIES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=6)
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)


def _read(folder: Path, name: str, text: str) -> dict[str, str]:
    path = folder / name
    path.write_bytes(text.encode())
    return {entry.name: entry.value.reveal() for entry in read_entries(str(path), None, skip_empty=False)}


@QUIET
@given(entries=ENTRIES, escaped=...)
def test_json_round_trips(tmp_path: Path, entries: dict[str, str], escaped: bool) -> None:
    assert _read(tmp_path, "x.json", json.dumps(entries, ensure_ascii=escaped)) == entries


@QUIET
@given(entries=ENTRIES, raw=...)
def test_yaml_round_trips_or_is_refused(tmp_path: Path, entries: dict[str, str], raw: bool) -> None:
    text = yaml.safe_dump(entries, allow_unicode=raw)
    if re.search("[\x85\u2028\u2029]", text):
        with pytest.raises(CliError, match="rare line end"):
            _read(tmp_path, "x.yaml", text)
    else:
        assert _read(tmp_path, "x.yaml", text) == entries


@QUIET
@given(entries=st.dictionaries(NAMES, VALUES.filter(lambda text: "\n" not in text), min_size=1, max_size=6))
def test_dotenv_round_trips_in_single_quotes(tmp_path: Path, entries: dict[str, str]) -> None:
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in entries.items()}
    text = "".join(f"{name}='{value}'\n" for name, value in quoted.items())
    assert _read(tmp_path, "x.env", text) == entries


@QUIET
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["env", "json", "yaml"]))
def test_no_bytes_at_all_crash_a_parser_or_come_back_in_its_message(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(b"9canary7391" + data)
    try:
        read_entries(str(path), None, skip_empty=False)
    except CliError as failure:
        refused = failure
    else:
        return
    assert refused.exit_code == 6
    assert "canary7391" not in refused.message


@QUIET
@given(entries=ENTRIES)
def test_what_the_dotenv_reader_takes_is_what_python_dotenv_takes(tmp_path: Path, entries: dict[str, str]) -> None:
    """Of any text made of lines that look like entries, we read the same values or refuse the file."""
    from dotenv import dotenv_values

    text = "".join(f"{name}={value}\n" for name, value in entries.items())
    try:
        ours = _read(tmp_path, "x.env", text)
    except CliError:
        return
    theirs = dotenv_values(stream=io.StringIO(text), interpolate=False)
    assert ours == theirs


@given(keys=st.binary(max_size=200))
def test_the_prompt_takes_any_keys_without_crashing(keys: bytes) -> None:
    import click

    reader = LineReader()
    try:
        for key in keys:
            if reader.feed(key):
                break
    except click.Abort:
        assert b"\x03" in keys or b"\x04" in keys


@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x1b\r\0"), max_size=100))
def test_any_pasted_text_arrives_whole(text: str) -> None:
    reader = LineReader()
    pasted = b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~\r"
    ended = [reader.feed(key) for key in pasted]
    assert ended[-1]
    assert reader.typed.decode() == text
