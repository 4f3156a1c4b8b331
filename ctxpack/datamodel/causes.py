"""Why a column can or cannot be null: a rule, and what it was applied to where.

Reasons are told apart by their rules. Their sentences are only for people, and nothing reads them back.
"""

from __future__ import annotations

from enum import Enum, unique

from msgspec.structs import replace

from ctxpack.model import Value


@unique
class Rule(Enum):
    """The rules that decide nullability, each with its sentence.

    In a sentence, {subject} is what the rule was applied to, {at} its place as " at path:line", and {within} the same
    as " (path:line)"; without a line both are empty.
    """

    UNTOLD = ""

    # Declarations and what is stored.
    DECLARED = "declared"
    DECLARED_NULLABLE = "declared nullable at {subject}"
    DECLARED_NOT_NULL = "declared NOT NULL"
    NOT_NULL = "NOT NULL at {subject}"
    TESTED = "not_null test at {subject}"
    PHANTOM = "documented only: the query that makes it has no such column"
    PASSED_ON = "from a schema that is not known"
    READ_BY_SPARK = "as Spark reads it back"
    ROWS_UNSEEN = "only some of its rows are seen, written at {subject}"
    EVOLVED = "came by itself; taken from here at {subject}"

    # Datasets that are read.
    FROM_FILES = "read from files"
    OVER_JDBC = "read over JDBC"
    SCHEMA_UNKNOWN = "the schema of {subject} is not known"
    SOURCE_NULLABLE = "{subject} is declared nullable"
    SOURCE_NOT_NULL = "{subject} is declared not null"
    SOURCE_SILENT = "nothing is declared of nulls in {subject}"
    STATED = "stated by the program"

    # Expressions.
    CONSTANT = "constant{at}"
    NULL_CONSTANT = "null constant{at}"
    EMPTY_TEXT = "a text without characters, which is null"
    TEST = "a test"
    OPERATION = "{subject}{at}"
    FUNCTION_NULLABLE = "{subject}{at} can give null"
    FUNCTION_UNKNOWN = "function {subject}{at} is not known"
    OF_NO_ROWS = "{subject} of no rows{at}"
    CAST = "cast to {subject}{at} can fail"
    CASE_WITHOUT_ELSE = "case without else{at}"
    CASE_COMPLETE = "every branch of case{at} has a value"
    PART = "{subject} can be missing"
    COLUMN_UNKNOWN = "{subject} is not known"
    SUBQUERY = "subquery{at} may have no row"
    SUBQUERY_UNKNOWN = "the columns of a subquery are not known"

    # Joins and unions.
    JOIN = "{subject} join{at}"
    FULL_JOIN_KEY = "one side of the full join{at} has it"
    NATURAL_JOIN = "a natural join with columns that are not known"
    AMBIGUOUS_KEY = "{subject} is the name of several columns"
    UNION_MISSING = "missing on one side of a union"
    UNION_UNKNOWN = "{subject} is not found on one side of a union"

    # Other operators.
    NO_ROWS = "the query gives no rows"
    FILTERED = "filtered not null{at}"
    FILTERED_UNSEEN = "filtered not null{at}, which the schema does not show"
    FILLED = "nulls are filled{at}"
    FILLED_IF_FITTING = "nulls are filled{at} if the type fits"
    FILLED_UNSEEN = "nulls are filled{at}, but Spark's schema does not show it"
    STAR_PLACE = "its place in a star is not known"
    TOTALS = "null in rows of totals"
    KEPT_WITHOUT_ELEMENTS = "rows without elements are kept"
    PIVOT = "a pivot has no row for every value{within}"


class NullCause(Value, frozen=True, array_like=True, gc=False):
    """The reason of a column's nullability; false where none is told. As a text, it is a sentence without a full stop.

    `subject` is what the rule was applied to (the kind of a join, a function, a column), and `line` its line, 0 where
    that is not known. `path` is "" within a plan, which does not know its files; not `sure` if the line may be in code
    that this file uses instead. `also` is a further reason.
    """

    rule: Rule = Rule.UNTOLD
    subject: str = ""
    line: int = 0
    path: str = ""
    sure: bool = True
    also: NullCause | None = None

    def __bool__(self) -> bool:
        return self.rule is not Rule.UNTOLD

    def __str__(self) -> str:
        place = self._place()
        at, within = (f" at {place}", f" ({place})") if place else ("", "")
        said = self.rule.value.format(subject=self.subject, at=at, within=within)
        return said if self.also is None else f"{said}; {self.also}"

    def followed_by(self, other: NullCause) -> NullCause:
        """The reason with `other` as a further one."""
        if not (self and other):
            return self or other
        return replace(self, also=self.also.followed_by(other) if self.also is not None else other)

    def _place(self) -> str:
        if not self.line:
            return ""
        if not self.path:
            return f"line {self.line}"
        return f"{self.path}:{self.line}" if self.sure else f"line {self.line} of {self.path} or of code that it uses"


UNTOLD = NullCause()
"""The reason where none is told."""
