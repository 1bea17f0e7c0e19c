"""What is printed about the data: what there is, every number of a file, and where numbers come from."""

from collections import Counter

from rich.text import Text

from biomech import library
from biomech import scenario as scenarios
from biomech.cli.tables import console, new_table
from biomech.library.catalog import ALL_KINDS, KINDS

READ = (
    "read: how much of the source was seen for this project: full text, table, abstract; secondary: what another work says of it; "
    "memory: recalled and not checked."
)


def print_list(kind: str | None) -> None:
    """Names with their titles."""
    out = console()
    for each in (kind,) if kind else ALL_KINDS:
        found = library.names(each)
        out.print(Text(each, style="bold"))
        table = new_table(("", "left"), ("", "left"))
        for name in found:
            title = library.read_document(library.path(each, name)).data.get("title", "")
            table.add_row(f"  {name}", str(title))
        out.print(table)


def _span(low: float, high: float) -> str:
    return f"{low:g} … {high:g}"


def print_model(kind: str, name: str) -> None:
    """Every value of a file with unit, range, grade and source."""
    out = console()
    if kind == "scenarios":
        out.print(Text(library.path(kind, name).read_text(encoding="utf-8")))
        return
    file = library.load(kind, name)
    out.print(Text(file.title, style="bold"))
    if file.description:
        out.print(Text(file.description.strip()))
    if file.scalars:
        table = new_table(("value", "left"), ("", "right"), ("unit", "left"), ("range", "left"), ("grade", "left"), ("source", "left"))
        for key, q in file.scalars.items():
            table.add_row(key, f"{q.value:g}", q.unit, _span(*q.range) if q.range else "", q.grade, f"{q.source}, {q.place}")
        out.print(table)
    for key, t in file.tables.items():
        out.print()
        out.print(Text(key, style="bold"))
        table = new_table(("column", "left"), ("unit", "left"), ("values", "left"), ("grade", "left"), ("source", "left"))
        for column, c in t.columns.items():
            finite = [v for v in c.values if v == v]
            span = (f"{finite[0]:g}" if min(finite) == max(finite) else _span(min(finite), max(finite))) if finite else "–"
            table.add_row(column, c.unit, f"{span}  ({len(finite)} rows)", c.grade, f"{c.source}, {c.place}")
        out.print(table)
    if file.data:
        out.print()
        out.print(Text(library.path(kind, name).read_text(encoding="utf-8")))


def print_sources(scenario: str | None) -> None:
    """Sources of a scenario's numbers (or of all), with the count of values by grade."""
    from biomech.simulation import files_of

    if scenario is None:
        files = [library.load(k, n) for k in KINDS for n in library.names(k)]
        files = list({f.file: f for f in files}.values())  # a condition of the spine is listed twice
    else:
        files = [library.load(*name.split("/", 1)) for name in files_of(scenarios.read(scenario))]
    grades: Counter[str] = Counter()
    for f in files:
        grades.update(f.grades())
    out = console()
    total = sum(grades.values())
    shares = ", ".join(f"{g} {grades[g]} ({100 * grades[g] / total:.0f} %)" for g in library.GRADES)
    out.print(f"{total} values: {shares}")
    out.print()
    for s in sorted(library.cite(files), key=lambda s: s.key):
        link = f"  doi:{s.doi}" if s.doi else f"  {s.url}" if s.url else ""
        out.print(Text(f"{s.key}: {s.citation}{link}  [read: {s.read}]"))
    out.print(Text(READ, style="dim"))
