"""Statements written once: a queryset is compiled at its first reading, then executed with the values of each.

Building and compiling a queryset costs several times what the database does of it. `@statement` stands on a function
that builds one; `Given` marks in it each value that a reading brings. The arguments of the function are what changes
the statement itself (roles, columns, an order): each such shape is written once for each database, and those least used
are forgotten. Rows are those that the queryset would give: models, mappings, tuples or single values. Nothing of what
was read is kept.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, update_wrapper
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Expression, Field, Model, QuerySet, prefetch_related_objects
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)

SHAPES = 256  # kept of each function
T = TypeVar("T")
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes among the parameters of a statement, and how the database takes it."""

    name: str
    prepared: Callable[[Any], Any]


class Given(Expression):
    """A value that each reading brings, by its name; a key unless another field says what it is.

    `many` stands for any number of values, on the right of `__in`. None is no value: its condition is another shape.
    """

    def __init__(self, name: str, field: "Field[Any, Any] | None" = None, *, many: bool = False) -> None:
        super().__init__(output_field=field or BigIntegerField())
        self.name = name
        self.many = many

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Place, ...]]:  # type: ignore[override]
        """A place, which the reading fills."""
        field = self.output_field
        one = lambda value: field.get_db_prep_value(value, connection)  # noqa: E731
        if not self.many:
            return "%s", (Place(self.name, one),)
        several: Callable[[Any], list[Any]] = lambda values: [one(value) for value in values]  # noqa: E731
        if isinstance(field, BigIntegerField):
            several = list  # keys, which both databases take as they are
        if connection.vendor == "postgresql":
            return f"(SELECT unnest(%s::{field.db_type(connection)}[]))", (Place(self.name, several),)
        return "(SELECT value FROM json_each(%s))", (Place(self.name, lambda values: json.dumps(several(values))),)

    def get_group_by_cols(self) -> list[Any]:
        """A value groups nothing."""
        return []


class Written(Generic[T]):
    """A statement of one shape, ready for one database."""

    def __init__(self, queryset: "QuerySet[Any, T]") -> None:
        compiler = queryset.query.get_compiler(using=queryset.db)
        self.along = queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        try:
            self.sql, self.parameters = compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.parameters = "", ()
            return
        self.converters = list(compiler.get_converters([column[0] for column in compiler.select]).items())
        self.made: Callable[[Row], T] = _maker(queryset, compiler)

    def rows(self, **given: Any) -> list[T]:
        """The rows of a reading."""
        if not self.sql:
            return []
        values = [one.prepared(given[one.name]) if type(one) is Place else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found = cursor.fetchall()
        rows = [self.made(row) for row in (map(self._converted, found) if self.converters else found)]
        if self.along:
            prefetch_related_objects(cast("list[Model]", rows), *self.along)
        return rows

    def first(self, **given: Any) -> T | None:
        """The first row of a reading, or None."""
        return next(iter(self.rows(**given)), None)

    def _converted(self, row: Row) -> Row:
        told = list(row)
        for position, (converters, expression) in self.converters:
            for convert in converters:
                told[position] = convert(told[position], expression, connection)
        return told


def _maker(queryset: Any, compiler: Any) -> Callable[[Row], Any]:
    """What makes of a row what the queryset would."""
    kind = queryset._iterable_class
    if issubclass(kind, ModelIterable):
        return _model_maker(compiler, queryset.db)
    if issubclass(kind, ValuesIterable):
        query = queryset.query
        names = list(query.selected or (*query.extra_select, *query.values_select, *query.annotation_select))
        return lambda row: dict(zip(names, row, strict=True))
    if issubclass(kind, FlatValuesListIterable):
        return lambda row: row[0]
    assert issubclass(kind, ValuesListIterable)
    return tuple


def _model_maker(compiler: Any, db: str) -> Callable[[Row], Any]:
    info = compiler.klass_info
    model, start, end = info["model"], info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    populators = get_related_populators(info, compiler.select, db)  # type: ignore[call-arg]
    annotations = list((compiler.annotation_col_map or {}).items())

    def made(row: Row) -> Any:
        found = model.from_db(db, names, row[start:end])
        for populator in populators:
            populator.populate(row, found)
        for name, position in annotations:
            setattr(found, name, row[position])
        return found

    return made


class Statement(Generic[T]):
    """What builds a queryset: called with a shape, gives the statement of that shape, written once."""

    def __init__(self, build: "Callable[..., QuerySet[Any, T]]") -> None:
        self.build = build
        self.kept = lru_cache(maxsize=SHAPES)(lambda vendor, shape: Written(build(*shape)))
        update_wrapper(self, build)

    def __call__(self, *shape: Hashable) -> Written[T]:
        """The statement of this shape."""
        return self.kept(connection.vendor, shape)

    def once(self, *shape: Any) -> Written[T]:
        """The statement of a shape that holds values: written for this reading, and not kept."""
        return Written(self.build(*shape))


def statement(build: "Callable[..., QuerySet[Any, T]]") -> Statement[T]:
    """Decorates what builds a queryset."""
    return Statement(build)


def read_along(owners: Iterable[Any], name: str, written: Written[Any], *, by: str) -> None:
    """Keeps on each owner, under a name, the rows whose `by` he is: one reading for those who have not theirs yet.

    The statement is given the keys of the `owners`.
    """
    lacking = [owner for owner in owners if name not in owner.__dict__]
    found: dict[int, list[Any]] = defaultdict(list)
    for row in written.rows(owners=[owner.pk for owner in lacking]) if lacking else ():
        found[getattr(row, f"{by}_id")].append(row)
    for owner in lacking:
        owner.__dict__[name] = found[owner.pk]
        for row in found[owner.pk]:
            setattr(row, by, owner)
