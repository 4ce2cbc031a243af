"""Statements that people bring: read, judged and numbered, without touching the world."""

from aicoach.coaches.goals.statements.alike import likely_duplicates
from aicoach.coaches.goals.statements.cas import read_cas
from aicoach.coaches.goals.statements.csv_file import read_csv
from aicoach.coaches.goals.statements.depository import Balances, is_depository, read_balances
from aicoach.coaches.goals.statements.model import Holding, Line, NotAStatement, Rejected, Statement
from aicoach.coaches.goals.statements.numbering import Numbering
from aicoach.coaches.goals.statements.sniff import HEAD, FileKind, file_kind

__all__ = [
    "HEAD",
    "Balances",
    "FileKind",
    "Holding",
    "Line",
    "NotAStatement",
    "Numbering",
    "Rejected",
    "Statement",
    "file_kind",
    "is_depository",
    "likely_duplicates",
    "read_balances",
    "read_cas",
    "read_csv",
]
