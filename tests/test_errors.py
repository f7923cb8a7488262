"""Errors: a stable code, a caret under what is meant, nothing unescaped, and pickles."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eq2code import errors, report
from eq2code.choice import Choice
from eq2code.errors import Eq2CodeError, ParseError
from eq2code.source import NOWHERE, Span

FAMILY = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, Eq2CodeError)
]


def rows(source: str, start: int, end: int) -> list[str]:
    """The source lines and carets of an error there, without the margin."""
    text = str(ParseError("wrong", Span(start, end), source=source))
    return [row[4:] for row in text.splitlines()[2:]]


def test_codes_are_stable_and_unlike() -> None:
    assert {cls.__name__: cls.code for cls in FAMILY} == {
        "Eq2CodeError": "E000",
        "ParseError": "E101",
        "UnsupportedError": "E102",
        "TooLargeError": "E103",
        "TooDeepError": "E104",
        "MacroLimitError": "E105",
        "UndefinedError": "E201",
        "ShapeError": "E202",
        "AmbiguousError": "E203",
        "DefinitionError": "E204",
        "AssumptionError": "E205",
        "DomainError": "E206",
        "OptionError": "E301",
        "EmissionError": "E401",
    }


@pytest.mark.parametrize("cls", FAMILY)
def test_every_error_is_a_value_error(cls: type[Eq2CodeError]) -> None:
    assert issubclass(cls, ValueError)
    assert cls.__doc__


def test_the_whole_report() -> None:
    error = ParseError(
        r"\sotfmax is no command that eq2code knows",
        Span(4, 12),
        because=("softmax is written \\operatorname{softmax}",),
        hints=("did you mean \\softmax?", "two\nlines"),
        source="A = \\sotfmax(x)",
    )
    assert str(error) == "\n".join(
        [
            r"line 1, column 5: \sotfmax is no command that eq2code knows",
            "",
            r"    A = \sotfmax(x)",
            "        ^^^^^^^^",
            r"    because softmax is written \operatorname{softmax}",
            r"    help: did you mean \softmax?",
            "    help: two",
            "          lines",
        ]
    )


@pytest.mark.parametrize(
    ("source", "start", "end", "expected"),
    [
        ("a + b", 4, 5, ["a + b", "    ^"]),
        ("a + b", 5, 5, ["a + b", "     ^"]),
        ("a + b", 2, 2, ["a + b", "  ^"]),
        ("x\u0302 + y", 5, 6, ["x\u0302 + y", "    ^"]),
        ("中文 + y", 5, 6, ["中文 + y", "       ^"]),
        ("中文 + y", 0, 2, ["中文 + y", "^^^^"]),
        ("a\tb", 2, 3, ["a b", "  ^"]),
        ("a\x1bb", 2, 3, ["a\\x1bb", "     ^"]),
        ("a\u202eb", 1, 2, ["a\\u202eb", " ^^^^^^"]),
        ("a\nb + c\nd", 6, 7, ["b + c", "    ^"]),
        ("a\r\nb + c\r\nd", 7, 8, ["b + c", "    ^"]),
        ("ab\n  cd\nef", 1, 8, ["ab", " ^", "  cd", "  ^^"]),
        ("a\nb\nc\nd\ne", 0, 9, ["a", "^", "b", "^", "c", "^", "…"]),
        ("a\n", 2, 2, ["", "^"]),
    ],
)
def test_carets(source: str, start: int, end: int, expected: list[str]) -> None:
    assert rows(source, start, end) == expected


def test_a_long_line_is_cut_round_the_place() -> None:
    shown, carets = rows("a" * 1000 + "XYZ" + "b" * 1000, 1000, 1003)
    assert shown.startswith("…a")
    assert shown.endswith("b…")
    assert len(shown) <= report.WIDTH + 2
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "XYZ"


def test_a_line_that_is_all_wrong_is_cut_too() -> None:
    shown, carets = rows("a" * 5000, 0, 5000)
    assert max(len(shown), len(carets)) <= report.WIDTH + 1


def test_what_is_shown_of_a_line_fits_a_screen() -> None:
    shown, _ = rows("a" * 5000, 0, 5000)
    assert 100 <= len(shown) <= 240


def test_without_a_place_only_the_sentence() -> None:
    assert str(ParseError("wrong", source="x")) == "wrong"
    assert str(ParseError("wrong", Span(0, 1))) == "wrong"


@given(st.text(max_size=400), st.integers(-5, 500), st.integers(-5, 500))
def test_no_source_breaks_a_report(source: str, start: int, end: int) -> None:
    text = str(ParseError(source, Span(start, end), source=source, hints=(source,)))
    assert all(c == "\n" or report.visible(c) == c for c in text)
    text.encode("utf-8")


@given(st.text(alphabet="ab\n\r", min_size=1, max_size=40), st.data())
def test_line_and_column_are_where_the_span_starts(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source) - 1))
    if source[start] in "\r\n":
        return
    line, column = report.place(source, Span(start, start + 1))
    assert report.lines(source)[line - 1].text[column - 1] == source[start]


@pytest.mark.parametrize("cls", FAMILY)
@pytest.mark.parametrize("span", [NOWHERE, Span(1, 2)])
def test_errors_pickle_and_copy(cls: type[Eq2CodeError], span: Span) -> None:
    error = cls("wrong", span, hints=("h",), because=("b",), readings=(Choice("r"),), source="abc")
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert type(twin) is cls
        assert str(twin) == str(error)
        assert twin.to_dict() == error.to_dict()


def test_to_dict_is_json() -> None:
    error = ParseError("wrong", Span(2, 3), hints=("h",), source="a\nb")
    assert json.loads(json.dumps(error.to_dict())) == {
        "type": "ParseError",
        "code": "E101",
        "message": "wrong",
        "span": [2, 3],
        "line": 2,
        "column": 1,
        "because": [],
        "hints": ["h"],
        "readings": [],
    }


def test_a_notebook_sees_the_report_and_no_stack() -> None:
    error = ParseError("wrong", Span(0, 1), source="x")
    assert "\n".join(error._render_traceback_()) == f"ParseError: {error}"


def test_the_other_reading_is_written_as_an_argument() -> None:
    argument = (("shapes", (("x", 'n"'), ("y", ""))), ("prefer", (("log", "2"),)))
    text = report.otherwise("x is a vector", argument)
    assert text == r'x is a vector: shapes={"x": "n\"", "y": ""}, prefer={"log": "2"}'
