"""Formulas of Office files as LaTeX, the way that study text is written by hand."""

from xml.etree.ElementTree import Element

from .archive import attribute, local


def latex(element: Element) -> str:
    """Of the element and all that is in it."""
    name = local(element)
    if name == "t":
        return element.text or ""
    if name.endswith("Pr"):
        return ""
    parts = {local(child): child for child in element}
    if name == "f":
        return rf"\frac{{{_of(parts, 'num')}}}{{{_of(parts, 'den')}}}"
    if name == "rad":
        degree = _of(parts, "deg")
        return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_of(parts, 'e')}}}"
    if name in ("sSup", "sSub", "sSubSup", "nary"):
        sign = _sign(element) if name == "nary" else _of(parts, "e")
        below, above = _of(parts, "sub"), _of(parts, "sup")
        scripts = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
        return sign + scripts + (f" {_of(parts, 'e')}" if name == "nary" else "")
    if name == "d":
        return "(" + ", ".join(latex(child) for child in element if local(child) == "e") + ")"
    return "".join(map(latex, element))


def _of(parts: dict[str, Element], name: str) -> str:
    return latex(parts[name]).strip() if name in parts else ""


def _sign(element: Element) -> str:
    return next((attribute(e, "val") for e in element.iter() if local(e) == "chr"), "\u222b")
