"""What every table result can do: hand itself to Polars, pandas, Arrow or a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["TableResult", "html_table"]


class TableResult:
    """Mixin for frozen results that are, in essence, one table.

    A subclass defines ``to_polars``; the rest follows from it. The mixin has no
    attributes of its own, so that slotted dataclasses can inherit it.
    """

    __slots__ = ()

    def to_polars(self) -> pl.DataFrame:
        """Return the result as a Polars frame."""
        raise TypeError(f"{type(self).__name__} does not define to_polars")

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional and has no types here
        """Return the result as a pandas frame (needs pandas and pyarrow)."""
        return self.to_polars().to_pandas()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_polars().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        return html_table(self.to_polars())


def html_table(frame: pl.DataFrame, *, rows: int = 20) -> str:
    """Render the head of a frame as an HTML table, every cell escaped."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in frame.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in frame.head(rows).iter_rows()
    )
    more = f"<caption>{frame.height:,} rows, {min(rows, frame.height)} shown</caption>"
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
