"""Keeps files and functions small: warns where one grows, fails where it has grown too large.

usage: python scripts/size_cap.py [FOLDER ...]
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("aicoach", "api", "tests", "bench", "scripts", "web", "supabase")
SUFFIXES = {".py", ".sql", ".ts", ".tsx", ".mjs", ".css"}
NOT_OURS = {"node_modules", ".next", "__pycache__", "test-results", "playwright-report"}
FILE_WARN, FILE_FAIL = 400, 600
FUNCTION_WARN, FUNCTION_FAIL = 40, 80


def main(folders: list[str]) -> int:
    findings = [f for folder in folders for path in sources(ROOT / folder) for f in judge(path)]
    for fails, text in findings:
        print(f"{'FAIL' if fails else 'warn'}  {text}")
    return 1 if any(fails for fails, _ in findings) else 0


def sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.suffix in SUFFIXES and path.is_file() and not NOT_OURS.intersection(inside):
            yield path


def judge(path: Path) -> Iterator[tuple[bool, str]]:
    """What is too long in one file; True means that the check fails."""
    text = path.read_text()
    name, lines = path.relative_to(ROOT), len(text.splitlines())
    if lines > FILE_WARN:
        yield lines > FILE_FAIL, f"{name}: {lines} lines (warn above {FILE_WARN}, fail above {FILE_FAIL})"
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from judge_function(node, f"{name}:{node.lineno} {node.name}")


def judge_function(node: ast.FunctionDef | ast.AsyncFunctionDef, where: str) -> Iterator[tuple[bool, str]]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > FUNCTION_WARN:
        yield lines > FUNCTION_FAIL, f"{where}: {lines} lines (warn above {FUNCTION_WARN}, fail above {FUNCTION_FAIL})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [f for f in FOLDERS if (ROOT / f).is_dir()]))
