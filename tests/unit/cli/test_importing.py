"""Reading files to import: strict, by line, and silent about their text."""

from pathlib import Path

import pytest

from bootseal_cli.failures import CliError
from bootseal_cli.importing.entries import Entry
from bootseal_cli.importing.reading import format_of, read_entries

SECRET = "hunter2-made-up"


def _read(folder: Path, name: str, text: str | bytes, **more: bool) -> tuple[Entry, ...]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_entries(str(path), None, skip_empty=more.get("skip_empty", False))


def _values(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.name: entry.value.reveal() for entry in entries}


def _problems(folder: Path, name: str, text: str | bytes) -> str:
    with pytest.raises(CliError) as raised:
        _read(folder, name, text)
    assert raised.value.exit_code == 6
    assert SECRET not in raised.value.message
    return raised.value.message.replace(str(folder) + "/", "")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("export A=plain", "plain"),
        ("A = spaced ", "spaced"),
        ("A='single $x \\n'", "single $x \\n"),
        ('A="two\\nlines"', "two\nlines"),
        ('A="real\nlines"', "real\nlines"),
        ('A="say \\"hi\\""', 'say "hi"'),
        ("A=pre$(x)`y`", "pre$(x)`y`"),
        ("A=${HOME}", "${HOME}"),
        ("A=a#b", "a#b"),
        ("\ufeffA=bom", "bom"),
        ("A=crlf\r", "crlf"),
        ("A=näïve🚀", "näïve🚀"),
        ("A==", None),
    ],
)
def test_dotenv_lines_are_read_as_python_dotenv_reads_them_without_interpolation(
    tmp_path: Path, line: str, value: str | None
) -> None:
    if value is None:
        _problems(tmp_path, "x.env", line + "\n")
    else:
        assert _values(_read(tmp_path, "x.env", line + "\n")) == {"A": value}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"A=1\n\n# c\n{SECRET}\n", 4, "has no = and so no value"),
        (f"A=1\n\n\n{SECRET} here\n", 4, "is not a NAME=value line"),
        (f'A="{SECRET}\nB=2\n', 1, "is not a NAME=value line, or a quote is not closed"),
        (f'A="{SECRET}\nB=2\nC="\n', 1, "runs over what looks like other entries"),
        (f"A='{SECRET}'tail\n", 1, "is not a NAME=value line"),
        (f"A=1\n1{SECRET}=2\n", 2, "use 1 to 128 characters"),
        (f"{SECRET}/+x==\n", 1, "base64"),
        (f"PATH={SECRET}\n", 1, "reserved"),
        (f"A-B={SECRET}\nA.B=2\n", 2, "A.B is there twice, first at line 1 (as A_B)"),
        ("A=\n", 1, "--skip-empty"),
        ("\n# nothing\n", 1, "there is no entry in it"),
        ("A=" + "x" * 65_537, 1, "65537 bytes"),
    ],
)
def test_what_is_wrong_in_a_dotenv_is_named_by_line_and_never_shown(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    message = _problems(tmp_path, "x.env", text)
    assert "nothing was sent or written" in message
    assert f"x.env:{line}: " in message
    assert said in message


def test_everything_that_is_wrong_is_named_at_once_and_a_flood_is_cut(tmp_path: Path) -> None:
    message = _problems(tmp_path, "x.env", "A\n" * 30)
    assert "30 problems" in message
    assert message.count("x.env:") == 1 + 20
    assert "and 10 more" in message


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\x00made up",
        b"\x89PNG\r\n\x1a\n\xff",
        b"-----BEGIN PRIVATE KEY-----\nMIIE/made+up\n-----END PRIVATE KEY-----\n",
        b'{"A": "x"}',
        b"A: x\nB: y\n",
        b"c2VjcmV0IG1hZGUgdXA==\n",
        b"import os\nprint(1)\n",
        b"<html></html>\n",
    ],
    ids=["ELF", "PNG", "PEM", "JSON", "YAML", "base64", "Python", "HTML"],
)
def test_what_is_no_dotenv_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    _problems(tmp_path, "x.env", content)


def test_a_comment_that_is_cut_off_and_a_placeholder_that_stays_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = _read(tmp_path, "x.env", f"A={SECRET} #part?\nB=${{A}}\n")
    assert _values(entries) == {"A": SECRET, "B": "${A}"}
    said = capsys.readouterr().err
    assert "x.env:1: what follows # is taken as a comment" in said
    assert "x.env:2: ${…} is stored as it stands" in said
    assert SECRET not in said


def test_empty_entries_can_be_left_out(tmp_path: Path) -> None:
    assert _values(_read(tmp_path, "x.env", "A=\nB=1\n", skip_empty=True)) == {"B": "1"}


def test_more_than_500_entries_are_refused(tmp_path: Path) -> None:
    assert "more than 500" in _problems(tmp_path, "x.env", "".join(f"A{i}=1\n" for i in range(501)))


def test_json_is_read_as_a_flat_object_of_strings(tmp_path: Path) -> None:
    assert _values(_read(tmp_path, "x.json", '{"a": "1", "b": "x\\ny", "c": "\\ud83d\\ude80"}')) == {
        "a": "1",
        "b": "x\ny",
        "c": "🚀",
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f'{{\n"a": "{SECRET}",\n"a": "2"}}', 3, "a is there twice, first at line 2"),
        ('{\n"a": 1}', 2, "a is a number"),
        ('{"a": true}', 1, "a is a boolean"),
        ('{"a": null}', 1, "a is null"),
        ('{"a": {"b": "c"}}', 1, "a is an object"),
        ('{"a": ["b"]}', 1, "a is a list"),
        (f'{{"{SECRET}!": 1}}', 1, "an entry is a number"),
        (f'{{"a": "{SECRET}",\n}}', 2, "is not JSON"),
        (f'["{SECRET}"]', 1, "is not one object"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"a": "\\ud800"}', 1, "Unicode"),
    ],
)
def test_what_is_wrong_in_a_json_file_is_named_by_line_and_never_shown(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    message = _problems(tmp_path, "x.json", text)
    assert f"x.json:{line}: " in message
    assert said in message


def test_yaml_is_read_as_a_flat_mapping_of_strings(tmp_path: Path) -> None:
    text = "a: one\nb: 'no'\nc: \"1\"\nd: |\n  two\n  lines\ne: !!str 12\n"
    assert _values(_read(tmp_path, "x.yaml", text)) == {"a": "one", "b": "no", "c": "1", "d": "two\nlines\n", "e": "12"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: no", 1, "a is a boolean"),
        ("a: 0123", 1, "a is a number"),
        ("a: 1e3", 1, None),
        ("a: 1.5", 1, "a is a number"),
        ("a: 2026-01-01", 1, "a is a date"),
        ("a: ~", 1, "a is nothing"),
        ("a:", 1, "a is nothing"),
        ("x: y\nno: a", 2, "a name is not a string"),
        ("a: [b]", 1, "a is not one string"),
        (f"a: {SECRET}\na: b", 2, "a is there twice, first at line 1"),
        (f"a: '{SECRET}\n", 2, "is not YAML"),
        (f"- {SECRET}", 1, "is not one mapping"),
        ("a: !!python/object/apply:os.system [x]", 1, "a is not one string"),
        ("a: !!binary aGk=", 1, "a is no string"),
        ("<<: {a: b}", 1, "a name is not a string"),
        ("a: b\n---\nc: d", 2, "is not YAML"),
        ("", 1, "there is no entry"),
    ],
)
def test_what_yaml_would_change_on_the_way_is_named_instead(
    tmp_path: Path, text: str, line: int, said: str | None
) -> None:
    if said is None:
        assert _values(_read(tmp_path, "x.yaml", text)) == {"a": "1e3"}
        return
    message = _problems(tmp_path, "x.yaml", text)
    assert f"x.yaml:{line}: " in message
    assert said in message


def test_a_yaml_bomb_is_refused_quickly(tmp_path: Path) -> None:
    text = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n"
    assert "not one string" in _problems(tmp_path, "x.yaml", text)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (".env", "dotenv"),
        (".env.production", "dotenv"),
        ("prod.env", "dotenv"),
        ("-", "dotenv"),
        ("a.json", "json"),
        ("a.YML", "yaml"),
        ("a.yaml", "yaml"),
    ],
)
def test_the_format_is_told_by_the_files_name(file: str, name: str) -> None:
    assert format_of(file) == name


def test_a_file_that_is_too_large_or_absent_is_refused(tmp_path: Path) -> None:
    assert "over 4000000 bytes" in _problems(tmp_path, "x.env", "A=" + "x" * 4_000_001)
    with pytest.raises(CliError) as raised:
        read_entries(str(tmp_path / "absent"), None, skip_empty=False)
    assert raised.value.exit_code == 2


def test_no_object_of_an_import_shows_its_value() -> None:
    from bootseal_cli.importing.entries import RawEntry

    raw = RawEntry(1, "A", SECRET)
    assert SECRET not in f"{raw!r} {raw}"
