"""Every key of a TOML text has the line it was written on."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomech.errors import InputError
from biomech.library.document import Document, KeyPath, dotted, line_index, read_document


def every_path(data: object, path: KeyPath = ()) -> list[KeyPath]:
    """Every key, table and list item in parsed TOML."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        inner = list(data.items())
    elif isinstance(data, list):
        inner = list(enumerate(data))
    return [p for key, value in inner for p in [(*path, key), *every_path(value, (*path, key))]]


HARD = '''\
# a comment with [brackets] and "quotes
title = "a # no comment"    # a comment
"quoted key" . 'and this' = 1
a.b.c = 1
text = """
[not.a.table]
key = 1 \\""" still
ends with two quotes"""""
literal = \'\'\'
x = 'y' \'\'
\'\'\'
list = [ # comment ]
  1, "]",

  [2,
   { deep = 1, "other" = [3] }],
]
inline = { x = 1, y.z = [ "}", { w = "#" } ] }
when = 1979-05-27T07:32:00Z
[table]   # comment
x=1
[ spaced . "key.with.dots" ]
  y = -inf
[[array]]
x = 1
[array.below]
y = 1
[[array]]
x = 2
[[array.inner]]
z = 1
[[array.inner]]
z = 2
[array.inner.deepest]
q = ""
'''

WHERE: dict[KeyPath, int] = {
    ("title",): 2,
    ("quoted key",): 3,
    ("quoted key", "and this"): 3,
    ("a", "b", "c"): 4,
    ("text",): 5,
    ("literal",): 9,
    ("list",): 12,
    ("list", 0): 13,
    ("list", 1): 13,
    ("list", 2): 15,
    ("list", 2, 0): 15,
    ("list", 2, 1, "deep"): 16,
    ("list", 2, 1, "other", 0): 16,
    ("inline", "x"): 18,
    ("inline", "y", "z", 1, "w"): 18,
    ("when",): 19,
    ("table",): 20,
    ("table", "x"): 21,
    ("spaced", "key.with.dots"): 22,
    ("spaced", "key.with.dots", "y"): 23,
    ("array",): 24,
    ("array", 0): 24,
    ("array", 0, "x"): 25,
    ("array", 0, "below", "y"): 27,
    ("array", 1): 28,
    ("array", 1, "x"): 29,
    ("array", 1, "inner", 0, "z"): 31,
    ("array", 1, "inner", 1): 32,
    ("array", 1, "inner", 1, "deepest"): 34,
    ("array", 1, "inner", 1, "deepest", "q"): 35,
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_hard_text(ending: str) -> None:
    text = HARD.replace("\n", ending)
    lines = line_index(text)
    assert {path: lines.get(path) for path in WHERE} == WHERE
    assert set(every_path(tomllib.loads(text))) == set(lines)


def test_a_table_is_where_its_header_is_even_if_a_subtable_came_first() -> None:
    lines = line_index("[a.b]\nx = 1\n[a]\ny = 2\n")
    assert lines["a",] == 3
    assert lines["a", "y"] == 4


# --- random texts, written by a writer that knows where it writes -------------------------------

KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "x-1", "9", "true"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=4),
)
SCALARS = st.one_of(
    st.integers(-99, 99).map(str),
    st.sampled_from(['"]}#\\""', "'[['", "nan", "true", "1e3", "1979-05-27 07:32:00"]),
    st.sampled_from(['"""\n"a" = 1\n\\"""""', "'''\n[x]\n#'''", '"""\n\n"""']),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.recursive(
    st.dictionaries(KEYS, VALUES.map(lambda v: ("value", v)), max_size=3),
    lambda inner: st.dictionaries(
        KEYS,
        VALUES.map(lambda v: ("value", v))
        | inner.map(lambda t: ("table", t))
        | st.lists(inner, min_size=1, max_size=3).map(lambda t: ("tables", t)),
        max_size=4,
    ),
    max_leaves=8,
)
BLANKS = st.sampled_from(["", "\n", "# [c]\n", "  \n\t# 'x\n"])


def quoted(key: str) -> str:
    if key and all(c.isascii() and (c.isalnum() or c in "-_") for c in key):
        return key
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Writer:
    """Writes tables and notes the line of every path."""

    def __init__(self, blank: st.DataObject) -> None:
        self.blank = blank
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def value(self, value: Any, path: KeyPath, inline: bool) -> None:
        gap = "" if inline else "\n"
        if isinstance(value, list):
            self.text += "["
            for i, item in enumerate(value):
                self.text += gap
                self.note((*path, i))
                self.value(item, (*path, i), inline)
                self.text += ","
            self.text += gap + "]"
        elif isinstance(value, dict):
            self.text += "{"
            for i, (key, item) in enumerate(value.items()):
                self.text += ", " if i else ""
                self.note((*path, key))
                self.text += f"{quoted(key)} = "
                # in an inline table only strings and lists may span lines
                self.value(item, (*path, key), inline)
            self.text += "}"
        else:
            self.text += value

    def table(self, table: dict[str, Any], path: KeyPath) -> None:
        for key, (kind, value) in table.items():
            if kind == "value":
                self.text += self.blank.draw(BLANKS)
                self.note((*path, key))
                self.text += f"{quoted(key)} = "
                self.value(value, (*path, key), self.blank.draw(st.booleans()))
                self.text += "\n"
        for key, (kind, value) in table.items():
            where = (*path, key)
            name = ".".join(quoted(p) for p in where if isinstance(p, str))
            if kind == "table":
                self.text += self.blank.draw(BLANKS)
                self.note(where)
                self.text += f" [{name}]  # ]\n"
                self.table(value, where)
            elif kind == "tables":
                for i, item in enumerate(value):
                    self.text += self.blank.draw(BLANKS)
                    self.lines.setdefault(where, self.text.count("\n") + 1)
                    self.note((*where, i))
                    self.text += f"[[{name}]]\n"
                    self.table(item, (*where, i))


@given(TABLES, st.data())
def test_lines_are_where_the_writer_wrote(table: dict[str, Any], data: st.DataObject) -> None:
    writer = Writer(data)
    writer.table(table, ())
    tomllib.loads(writer.text)  # the writer writes TOML
    assert line_index(writer.text) == writer.lines


@given(st.text("ab.=[]{}\"'#\n, 1\\", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        document = Document(text, "x.toml")
    except InputError as error:
        assert error.line is not None and 1 <= error.line <= text.count("\n") + 1
    else:
        assert set(every_path(document.data)) == set(document.lines)


# --- files that are no TOML ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("a = 1\n\na = 2\n", 3, "overwrite"),
        ("[a]\nx = 1\n[b]\n[a]\n", 4, "twice"),
        ("a = 1\nb = [1,\n2\n", 3, "the text ends here"),
        ('a = 1\nb = """\n\n', 2, "Unterminated"),
        ("a = " + "[" * 5000, 1, "nested too deeply"),
    ],
)
def test_syntax_errors_have_a_line(text: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        Document(text, "x.toml")
    assert caught.value.line is not None
    assert caught.value.line >= line
    assert caught.value.line <= text.rstrip("\n").count("\n") + 1
    assert said in str(caught.value)
    assert str(caught.value).startswith("x.toml:")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def message(path: Path) -> str:
        with pytest.raises(InputError) as caught:
            read_document(path)
        return str(caught.value)

    (tmp_path / "table.toml").write_text("")
    assert message(tmp_path / "tabel.toml") == (
        f"{tmp_path}/tabel.toml: no such file; did you mean table.toml?"
    )
    assert message(tmp_path) == f"{tmp_path}: is a folder, not a file"
    assert "no such file" in message(tmp_path / "no" / "such.toml")
    assert "cannot be read" in message(tmp_path / "nul\0.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes("a = 1\n# Stra\u00dfe\nb = 2\n".encode("latin-1"))
    assert message(latin) == f"{latin}:2: byte 0xdf is not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "bom.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    document = read_document(file)
    assert document.data == {"a": 1, "b": 2}
    assert document.line(("b",)) == 2


def test_dotted_names_can_be_read_back() -> None:
    assert dotted(("phase", 0, "angle_deg")) == "phase.0.angle_deg"
    assert dotted(("cells", "L4/L5", "source")) == 'cells."L4/L5".source'
