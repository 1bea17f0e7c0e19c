"""Mutants of a source file: one sign, constant, comparison or choice changed."""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

FLIPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult,
    # the opposite; whether a limit belongs to the one or the other side no sum of floating numbers can tell
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min"}


class Mutant(NamedTuple):
    """One change."""

    function: str
    line: int
    before: str  # the smallest statement or condition around the change
    after: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """What a list of survivors calls it; survives edits elsewhere in the file."""
        return f"{self.function}: {self.before} -> {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of the functions of a module, in the order of the source."""
    tree = ast.parse(source)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for place, node in enumerate(ast.walk(function)):
            for variant in range(len(list(_changes(node)))):
                other = copy.deepcopy(tree)
                twin = next(n for n in other.body if isinstance(n, ast.FunctionDef) and n.name == function.name)
                changed = list(ast.walk(twin))[place]
                before = _around(twin, changed)
                said = _words(before)
                list(_changes(changed))[variant]()
                yield Mutant(function.name, node.lineno, said, _words(before), ast.fix_missing_locations(other))


def _changes(node: ast.AST) -> Iterator["_Change"]:
    """What can be changed in a node, each as a call that does it."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in FLIPPED:
            yield _Change(node, "op", FLIPPED[type(op)]())
        case ast.Compare(ops=[op]) if type(op) in FLIPPED:
            yield _Change(node, "ops", [FLIPPED[type(op)]()])
        case ast.UnaryOp(op=ast.USub()):
            yield _Change(node, "op", ast.UAdd())
        case ast.Call(func=ast.Name(id=name) as called) if name in SWAPPED:
            yield _Change(called, "id", SWAPPED[name])
        case ast.Constant(value=float(value)):
            yield _Change(node, "value", 1.1 * value if value else 1.0)
        case ast.Constant(value=bool(value)):
            yield _Change(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield _Change(node, "value", value + 1)


class _Change(NamedTuple):
    node: ast.AST
    field: str
    value: object

    def __call__(self) -> None:
        setattr(self.node, self.field, self.value)


def _around(function: ast.FunctionDef, node: ast.AST) -> ast.AST:
    """The statement a node stands in; of one with a body, its head."""
    around: ast.AST = function
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and statement is not function and any(n is node for n in ast.walk(statement)):
            around = statement  # later ones lie deeper
    return around


def _words(statement: ast.AST) -> str:
    return " ".join(ast.unparse(statement).split("\n")[0].split())
