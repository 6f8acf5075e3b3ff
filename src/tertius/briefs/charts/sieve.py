"""What may stand in a drawing: every SVG of a brief passes here, rendered or hand-drawn.

A chart engine writes far more than a page needs (empty groups, classes, default
attributes, fifteen decimals). The sieve keeps an allow-list of elements and presentation
attributes, so that a drawing can hold no script, no link, no style attribute (the page's
content policy refuses those) and no reference to anything outside itself.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from tertius.errors import UsageError

__all__ = ["check", "sieve"]

_SVG = "{http://www.w3.org/2000/svg}"
_PAINT = {
    "dominant-baseline", "fill", "fill-opacity", "font-size", "font-style", "font-weight",
    "opacity", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "stroke-width", "text-anchor", "transform",
}  # fmt: skip
_ALLOWED: dict[str, frozenset[str]] = {
    "circle": frozenset(_PAINT | {"cx", "cy", "r"}),
    "g": frozenset(_PAINT),
    "line": frozenset(_PAINT | {"x1", "x2", "y1", "y2"}),
    "path": frozenset(_PAINT | {"d"}),
    "rect": frozenset(_PAINT | {"x", "y", "width", "height", "rx"}),
    "svg": frozenset(_PAINT | {"viewBox", "width", "height"}),
    "text": frozenset(_PAINT | {"x", "y", "dx", "dy"}),
}
_INHERITED = sorted(_PAINT - {"opacity", "transform"})
_GEOMETRY = ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height")
# Values that say what is so anyway.
_DEFAULTS = {("opacity", "1"), ("fill-opacity", "1"), ("stroke-opacity", "1"), ("font-style", "")}
_LONG = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")
_CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")
_BOX = re.compile(r"M(-?[\d.]+),(-?[\d.]+)(h-?[\d.]+v-?[\d.]+h-?[\d.]+Z)")
_SHIFT = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")


def sieve(svg: str) -> str:
    """Return a drawing reduced to allowed elements and attributes, compact and rounded.

    Parameters
    ----------
    svg : str
        One SVG element, as an engine or a drawing function wrote it.

    Returns
    -------
    str
        The same picture. Coordinates have one decimal; equal dots and boxes that follow
        each other are one path.
    """
    root = ET.fromstring(svg)  # noqa: S314 - see above
    _clean(root)
    _merge(root)
    _hoist(root)
    ET.register_namespace("", _SVG[1:-1])
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace(" />", "/>")


def check(svg: str, where: str) -> None:
    """Refuse drawings that hold anything the sieve would have taken out.

    Raises
    ------
    UsageError
        With the first element or attribute that is not allowed.
    """
    try:
        # Several drawings may stand side by side in one figure.
        root = ET.fromstring(f"<figure>{svg}</figure>")  # noqa: S314 - refused if not plain
    except ET.ParseError as error:
        raise UsageError(f"the drawing is not well-formed: {error}", where=where) from error
    for element in root.iter():
        if element is root:
            continue
        tag = element.tag.removeprefix(_SVG)
        refused = set(element.attrib) - _ALLOWED.get(tag, frozenset())
        if tag not in _ALLOWED or refused:
            raise UsageError(
                f"a drawing may not hold <{tag}>" + "".join(f" {name}" for name in sorted(refused)),
                where=where,
                allowed=", ".join(sorted(_ALLOWED)) + " with presentation attributes",
                hint="draw with tertius.briefs.charts, or pass the drawing through the sieve",
            )
        if any("url(" in value or ":" in value for value in element.attrib.values()):
            raise UsageError("a drawing may not refer to anything outside it", where=where)


def _clean(element: ET.Element) -> None:
    tag = element.tag.removeprefix(_SVG)
    for name, value in list(element.attrib.items()):
        if name not in _ALLOWED[tag] or (name, value) in _DEFAULTS or "url(" in value:
            del element.attrib[name]
        elif name in _GEOMETRY:
            element.set(name, _LONG.sub(_rounded, value))
    if element.get("transform") == "translate(0,0)":
        del element.attrib["transform"]
    for child in list(element):
        child_tag = child.tag.removeprefix(_SVG)
        frame = child.get("class", "") in {"background", "foreground"}
        if child_tag not in _ALLOWED or frame or child.get("display") == "none":
            element.remove(child)
            continue
        _clean(child)
        if child_tag == "g" and len(child) == 0:
            element.remove(child)
    _unwrap(element)


def _unwrap(element: ET.Element) -> None:
    """Put the children of groups that say nothing in the place of those groups."""
    for position in range(len(element) - 1, -1, -1):
        child = element[position]
        if child.tag == f"{_SVG}g" and not child.attrib:
            element.remove(child)
            for offset, grandchild in enumerate(list(child)):
                element.insert(position + offset, grandchild)


def _merge(element: ET.Element) -> None:
    """Draw runs of equal dots as one dotted path, runs of equal boxes as one path."""
    for child in element:
        _merge(child)
    pieces = [_piece(child) for child in element]
    for (before, look), (after, next_look) in pairwise(list(zip(element, pieces, strict=True))):
        if look is not None and look == next_look:
            after.set("d", before.get("d", "") + after.get("d", ""))
            element.remove(before)


def _piece(element: ET.Element) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Rewrite a dot or a box to stand alone; return its kind and paint, None for others."""
    if element.tag != f"{_SVG}path":
        return None
    shift = _SHIFT.fullmatch(element.get("transform", "translate(0,0)"))
    outline = element.get("d", "")
    dot, box = _CIRCLE.fullmatch(outline), _BOX.fullmatch(outline)
    if shift is None or not (dot or box):
        return None
    x, y = float(shift[1]), float(shift[2])
    element.attrib.pop("transform", None)
    if box:
        element.set("d", f"M{x + float(box[1]):.4g},{y + float(box[2]):.4g}{box[3]}")
        return "box", _paint(element)
    if dot and element.get("fill", "none") != "none" and "stroke" not in element.attrib:
        element.set("d", f"M{x:.4g},{y:.4g}h0")
        element.set("stroke", element.attrib.pop("fill"))
        element.set("stroke-width", f"{2 * float(dot[1]):.4g}")
        element.set("stroke-linecap", "round")
        if "fill-opacity" in element.attrib:
            element.set("stroke-opacity", element.attrib.pop("fill-opacity"))
        return "dot", _paint(element)
    if shift[0] != "translate(0,0)":
        element.set("transform", shift[0])
    return None


def _paint(element: ET.Element) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in element.attrib.items() if name != "d"))


def _hoist(element: ET.Element) -> None:
    """Say once, on the group, what all its members say."""
    for child in element:
        _hoist(child)
    if element.tag != f"{_SVG}g" or len(element) < 2:
        return
    for name in _INHERITED:
        values = {child.get(name) for child in element}
        value = values.pop()
        if values or value is None:
            continue
        element.set(name, value)
        for child in element:
            del child.attrib[name]


def _rounded(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 1) + 0.0:g}"
