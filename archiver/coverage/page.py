"""One HTML page that needs nothing else: no script, no address, its style inside (HTML, CSS 3).

It is read on paper, on a telephone and on a wide screen: a table becomes a list of cards where it
would not fit. A policy in the page itself forbids that anything be loaded (CSP level 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from archiver.language import current, say

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:75rem;background:#fff;color:#1b1b1b;
 font:16px/1.45 system-ui,"Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0 .4rem}
h2{font-size:1.25rem;margin:2rem 0 .3rem;border-top:2px solid #154273;padding-top:.6rem}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
p{margin:.3rem 0 .7rem;max-width:60rem}
.soft{color:#565656}
.bad{color:#9c1c1c;font-weight:600}
.good{color:#1f6137;font-weight:600}
.name{margin:.7rem 0 .1rem;font-size:.9rem}
svg{display:block;width:100%;height:1.6rem;background:#f3f3f3}
.axis{position:relative;height:1.3rem;font-size:.75rem;color:#565656}
.axis span{position:absolute;border-left:1px solid #8a8a8a;padding-left:2px}
.key span{display:inline-block;margin-right:1.2rem;font-size:.85rem}
.key i{display:inline-block;width:1rem;height:.8rem;margin-right:.35rem;vertical-align:-1px;
 border:1px solid #777}
table{overflow-wrap:break-word;border-collapse:collapse;width:100%;
 font-size:.85rem;margin:.4rem 0 1rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .45rem;border-bottom:1px solid #cfcfcf}
th{background:#e8eef5}
@media screen and (max-width:56rem){
 thead{display:none}
 tr{display:block;border:1px solid #b5b5b5;margin:.5rem 0;padding:.2rem .5rem}
 td{display:flex;gap:.6rem;border-bottom:1px dotted #d5d5d5;padding:.25rem 0}
 td:last-child{border:0}
 td::before{content:attr(data-title);flex:0 0 38%;color:#565656}
 td>span{flex:1}
}
@media print{
 body{max-width:none;padding:0;font-size:9pt}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
 h2{break-before:auto}
 h2,h3,.name{break-after:avoid}
 tr,.bar{break-inside:avoid}
 @page{size:A4 landscape;margin:14mm}
}
"""


def page(title: str, introduction: Sequence[str], parts: Iterable[str]) -> str:
    """Make the page from parts that are HTML already; title and introduction are plain text."""
    opening = "".join(paragraph(text) for text in introduction)
    return (
        f'<!DOCTYPE html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{text(title)}</h1>\n{opening}\n{''.join(parts)}\n</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Write a text as HTML."""
    return escape(str(value))


def paragraph(value: str, kind: str = "") -> str:
    """Write a paragraph; `kind` is one of the classes of the style."""
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{text(value)}</p>\n"


def heading(value: str, level: int = 2) -> str:
    """Write a heading."""
    return f"<h{level}>{text(value)}</h{level}>\n"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of texts; each cell also has its column's title, for narrow screens."""
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-title="{text(title)}"><span>{text(cell)}</span></td>'
            for title, cell in zip(titles, row, strict=True)
        )
        + "</tr>\n"
        for row in rows
    )
    head = "".join(f"<th>{text(title)}</th>" for title in titles)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def unknown() -> str:
    """Give what stands in a cell that nobody knows."""
    return say("not known")
