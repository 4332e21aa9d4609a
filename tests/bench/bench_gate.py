"""The proofs of the gate, run by `python3 installer/dev.py bench gate` (Linux: each mutant is a process of its own).

First random histories beside the second reading of the rule (tests/domain/test_gate_oracle.py), then mutants: every place
of the gate, of the legal bases and of the standing of consents is changed, one at a time, and the tests have to notice.
Both figures are written into docs/SECURITY.md. A mutant nobody notices has to be explained below, or this fails.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import io
import os
import random
import re
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from enum import EnumType
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
sys.path.insert(0, str(TOP))
os.chdir(TOP)

from tests.domain.test_gate_oracle import wrong_answers  # noqa: E402  the top is known now

QUICK = 2_000
TARGETS: dict[str, tuple[str, ...]] = {
    "hoken_desktop.domain.disclosures": (
        "gate", "consent_bounds", "_lets_go_from_away", "_standings", "_keeps_back", "_opened",
    ),
    "hoken_desktop.domain.bases": (
        "standing_rules", "withheld", "lacking", "_lacks", "_rule_lacks", "_disaster_lacks", "_event_lacks",
        "supposing", "open_events",
    ),
    "hoken_desktop.domain.consents": ("standing", "standing_row", "_given_by_guardian"),
    "hoken_desktop.domain.voids": ("unvoided",),
}  # fmt: skip
TESTS = ("test_voids.py", "test_bases.py", "test_disclosures.py", "test_consents.py", "test_gate_oracle.py")
EXPLAINED: dict[str, str] = {
    "gate: for each in valid if each.row → for each in valid": "有効な同意には必ず行がある。条件は型を確かめるためのもの",
    "standing_rules: (row.entered_at, row.id) >= (old.entered_at, old.id) → "
    "(row.entered_at, row.id) > (old.entered_at, old.id)": "行の番号は 1 つずつ違うので、等しくなることがない",
    "unvoided: if not takers: return listed → if False: return listed": "取消の行がなければ、その先も同じ一覧を返す。速さのための近道",
}
"""Mutants that live, each with why it is no other program: 「place: change」 → the reason."""
_SECTION = re.compile(r"(?<=<!-- gate -->\n).*?(?=<!-- /gate -->)", re.DOTALL)

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
_JOINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


def variants(node: ast.AST, names: dict[str, object]) -> Iterator[ast.AST]:
    """Every way this one node is changed; its children are changed elsewhere."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARED[type(node.ops[0])]:
            yield ast.Compare(node.left, [other()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for gone in range(len(node.values)):
            left = [value for at, value in enumerate(node.values) if at != gone]
            yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _JOINED:
        yield ast.BinOp(node.left, _JOINED[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        kind = names.get(node.value.id)
        if isinstance(kind, EnumType):
            members = list(kind.__members__)
            yield ast.Attribute(node.value, members[(members.index(node.attr) + 1) % len(members)], node.ctx)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
        yield ast.Call(ast.Name("all" if node.func.id == "any" else "any", ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strip":
        yield node.func.value
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(node.target, node.iter, node.ifs[1:], node.is_async)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))
    elif (isinstance(node, ast.Expr | ast.Continue) and not _is_words(node)) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
        yield ast.Pass()


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def mutants(module: str) -> list[tuple[str, str]]:
    """(what was changed where, the whole source) of every mutant of a module."""
    loaded = importlib.import_module(module)
    source = Path(str(loaded.__file__)).read_text("utf-8")
    tree = ast.parse(source)
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name not in TARGETS[module]:
            continue
        signature = {id(n) for n in ast.walk(function.args)}
        places = [n for n in ast.walk(function) if id(n) not in signature and not _in_annotation(function, n)]
        for node in places:
            for other in variants(node, vars(loaded)):
                was, now = _said(node), _said(other)
                mutated = _Swap(node, other).visit(copy.copy(tree))
                text = ast.unparse(ast.fix_missing_locations(mutated))
                found.append((f"{function.name}: {was} → {now}", text))
                _Swap(other, node).visit(tree)
    return found


def _in_annotation(function: ast.FunctionDef, node: ast.AST) -> bool:
    notes = [n.annotation for n in ast.walk(function) if isinstance(n, ast.AnnAssign)]
    return any(node is inner for note in (*notes, function.returns) if note is not None for inner in ast.walk(note))


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())[:110]


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._old:
            return self._new
        self.generic_visit(node)
        return node


def lives(module: str, source: str) -> bool:
    """Whether all tests pass with the mutant in the place of the module; in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                code = _tested(module, source)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _tested(module: str, source: str) -> int:
    loaded = importlib.import_module(module)
    # The functions of the module are replaced in place: whoever has imported one of them runs the changed one.
    changed: dict[str, object] = {**vars(loaded)}
    exec(compile(source, str(loaded.__file__), "exec"), changed)
    for name in TARGETS[module]:
        vars(loaded)[name].__code__ = changed[name].__code__  # type: ignore[attr-defined]
    # Most mutants go wrong within a few histories; only those that do not are shown to every test.
    if any(wrong_answers(QUICK, 1)[:2]):
        return 1
    files = [str(TOP / "tests" / "domain" / name) for name in TESTS]
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "--hypothesis-seed=0"]
    return int(pytest.main([*quiet, *files]))


def oracle(count: int) -> tuple[int, int, int, float]:
    """(seed, wrong disclosures, wrong refusals, seconds) of a run beside the second reading."""
    seed, start = random.SystemRandom().randrange(1 << 32), time.monotonic()
    disclosed, refused, _ = wrong_answers(count, seed)
    return seed, disclosed, refused, time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="mutants of places whose words hold this")
    parser.add_argument("--look", action="store_true", help="write nothing into docs/SECURITY.md")
    chosen = parser.parse_args()
    seed, disclosed, refused, seconds = oracle(chosen.histories)
    print(f"{chosen.histories:,} histories, seed {seed}: {disclosed} + {refused} wrong, {seconds:.0f} s", flush=True)
    alive: list[tuple[str, str]] = []
    total = 0
    for module in TARGETS:
        for what, source in mutants(module):
            if chosen.only not in what:
                continue
            total += 1
            if total % 20 == 0:
                print(f"{total} …", flush=True)
            if lives(module, source):
                alive.append((module.rpartition(".")[2], what))
                print(f"lives: {module} {what}", flush=True)
    unexplained = [what for _, what in alive if what not in EXPLAINED]
    print(f"{total} mutants, {len(alive)} live, {len(unexplained)} of them unexplained")
    if not chosen.look:
        _write(chosen.histories, seed, disclosed + refused, total, alive)
    return 1 if disclosed or refused or unexplained else 0


def _write(count: int, seed: int, wrong: int, total: int, alive: list[tuple[str, str]]) -> None:
    lines = [
        f"- 規則の言葉だけから書いた別の判定と、でたらめに作った {count:,} 件の経過(人、同意、依頼、根拠、災害、確認)で比べました。"
        f"誤った提供と誤った拒否は合わせて {wrong} 件でした(種 {seed})。",
        f"- 判定、根拠、同意の効力のプログラムを 1 か所ずつ書き換えた {total} 通りのうち、試験が見つけたものは {total - len(alive)} 通りです。"
        f"残る {len(alive)} 通りは、次の理由で元と同じ働きをします。",
        "", "| 箇所 | 書き換え | 見つからない理由 |", "|---|---|---|",
    ]  # fmt: skip
    for module, what in alive:
        place, _, change = what.partition(": ")
        lines.append(f"| `{module}.{place}` | `{change.replace('|', '∪')}` | {EXPLAINED.get(what, '**未説明**')} |")
    file = TOP / "docs" / "SECURITY.md"
    text = file.read_text("utf-8")
    file.write_text(_SECTION.sub(lambda _: "\n".join(lines) + "\n", text), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
