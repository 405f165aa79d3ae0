"""What a module offers is listed in ``__all__`` and has a docstring that says what it takes."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import netravision

# It runs the command line and offers nothing.
UNCHECKED = "netravision.__main__"

MODULES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages(netravision.__path__, "netravision.")
    if not name.startswith(UNCHECKED)
)


def test_the_modules_are_found() -> None:
    assert {"netravision.result", "netravision.core.hashing", "netravision.cli.screen"} < {*MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_its_tests_are_where_one_looks_for_them(name: str) -> None:
    module = importlib.import_module(name)
    if hasattr(module, "__path__"):
        return
    *folders, file = name.split(".")[1:]
    assert Path(__file__).parent.joinpath(*folders, f"test_{file}.py").is_file()


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_is_listed_and_described(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", [])
    assert _unlisted(module, public) == []
    assert [each for each in public if not hasattr(module, each)] == []
    assert [
        problem
        for each in public
        if _is_own(module, getattr(module, each))
        for problem in _problems(each, getattr(module, each))
    ] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): pass", ["f: no docstring"]),
        ("def f():\n  'Do.'", []),
        ("def f(a): 'Do.'", ["f: no Parameters"]),
        ("def f(a) -> int:\n  '''Do.\n\n  Parameters\n  ----------\n  a'''", ["f: no Returns"]),
        ("def f():\n  'Do.'\n  raise ValueError(1)", ["f: no Raises"]),
        ("class C:\n  'A thing.'\n  def __init__(self, a): pass", ["C: no Attributes"]),
        ("class C:\n  'A thing.'\n  def f(self, a): 'Do.'", ["C.f: no Parameters"]),
        ("class C:\n  'A thing.'\n  def _f(self, a): pass", []),
        ("def f(a): 'As :func:`g`.'", []),
        (
            "def f(a):\n  '''Do.\n\n  Parameters\n  ----------\n  a : uint8 ndarray'''",
            ["f: no shape"],
        ),
        ("def f(a):\n  '''Do.\n\n  Parameters\n  ----------\n  a : (N,) ndarray'''", []),
        ("class C(Exception):\n  'A thing.'", []),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, expected: list[str]
) -> None:
    (tmp_path / "an_example.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "an_example", raising=False)
    module = importlib.import_module("an_example")
    ((name, thing),) = ((n, t) for n, t in vars(module).items() if _is_own(module, t))
    assert _unlisted(module, []) == [name]
    assert list(_problems(name, thing)) == expected


def _unlisted(module: ModuleType, public: list[str]) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in public and _is_own(module, value)
    ]


def _is_own(module: ModuleType, value: Any) -> bool:
    """Whether a value is a function, a class or a command that the module defines."""
    value = value.callback if isinstance(value, click.Command) else value
    return callable(value) and getattr(value, "__module__", None) == module.__name__


def _problems(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, click.Command):
        # What it takes is described by its options, which docs/commands.md shows.
        thing = thing.callback
        wanted: list[str] = []
    else:
        wanted = _wanted_of_class(thing) if inspect.isclass(thing) else _wanted(thing)
    doc = inspect.getdoc(thing) if thing.__doc__ else None
    if not doc:
        yield f"{name}: no docstring"
        return
    if re.match("As :(func|meth):`", doc):  # it keeps a protocol or passes on, and says whose
        return
    for section in wanted:
        # A class may describe its attributes where its parameters are the same.
        either = {"Attributes": "Attributes|Parameters", "Returns": "Returns|Yields"}
        if not re.search(rf"^({either.get(section, section)})\n-+$", doc, re.MULTILINE):
            yield f"{name}: no {section}"
    if re.search(r"^\s*(\w+(, \w+)* : )?(\w+ )?ndarray", doc, re.MULTILINE):
        yield f"{name}: no shape"
    if inspect.isclass(thing):
        for method_name, method in vars(thing).items():
            method = getattr(method, "__func__", method)  # of classmethod and staticmethod
            if not method_name.startswith("_") and inspect.isfunction(method):
                yield from _problems(f"{name}.{method_name}", method)


def _wanted_of_class(cls: type) -> list[str]:
    if getattr(cls, "_is_protocol", False):
        return []
    annotated = any(
        not name.startswith("_") and "ClassVar" not in str(type_)
        for name, type_ in vars(cls).get("__annotations__", {}).items()
    )
    takes = "__init__" in vars(cls) and len(inspect.signature(cls.__init__).parameters) > 1
    return ["Attributes"] if annotated or takes else []


def _wanted(function: Any) -> list[str]:
    signature = inspect.signature(function)
    nothing = (None, "None", "Iterator[None]", inspect.Signature.empty)
    wanted = []
    if signature.parameters.keys() - {"self", "cls"}:
        wanted.append("Parameters")
        if signature.return_annotation not in nothing:
            wanted.append("Returns")
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    if any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(tree)):
        wanted.append("Raises")
    return wanted
