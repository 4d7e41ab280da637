"""Printed pages as a reader of PDF, a camera and a screen reader meet them."""

from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from tests.certificates import pictures

# What leaves ink on a page: text and paths. Operators that only end a path do not.
_INK = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "EI"}


def codes_of(pdf: Path) -> list[str]:
    """Return what the code on each page says, as a camera sees it."""
    with pypdfium2.PdfDocument(pdf) as document:
        found = [pictures.read(_picture_of(page)) for page in document]
    return [text for texts in found for text in texts]


def pictures_of(pdf: Path, folder: Path) -> list[Path]:
    """Write each page as a picture of 216 dots an inch into a folder."""
    files = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            files.append(folder / f"{pdf.stem}-{number}.png")
            page.render(scale=3).to_pil().save(files[-1])
    return files


def text_of(pdf: Path) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def tags(element: Any) -> list[str]:
    """Return the kinds of all elements below one of a structure tree."""
    return [str(each.S) for each in elements(element)]


def elements(element: Any) -> list[Any]:
    """Return all elements of a structure tree from one on, in the order in which they are read."""
    found = [element] if "/S" in element else []
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            found += elements(child)
    return found


def unembedded(document: pikepdf.Pdf) -> list[str]:
    """Return the names of fonts that are not in the document, or whose letters cannot be copied out of it."""
    wrong = []
    for page in document.pages:
        for font in page.Resources.Font.values():
            described = font.DescendantFonts[0].FontDescriptor
            if not ("/FontFile2" in described or "/FontFile3" in described) or "/ToUnicode" not in font:
                wrong.append(str(font.BaseFont))
    return wrong


def unmarked(document: pikepdf.Pdf) -> list[str]:
    """Return what leaves ink and is neither in the structure nor marked as none of it: screen readers stumble there."""
    found = []
    for number, page in enumerate(document.pages, start=1):
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            if name in ("BDC", "BMC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in _INK and depth == 0:
                found.append(f"page {number}: {name}")
        assert depth == 0
    return found


def _picture_of(page: Any) -> memoryview:
    """Return a page in shades of grey, a row a line."""
    drawn = page.render(scale=3, grayscale=True)
    rows = bytes(drawn.buffer)
    whole = b"".join(rows[at * drawn.stride : at * drawn.stride + drawn.width] for at in range(drawn.height))
    return memoryview(whole).cast("B", shape=[drawn.height, drawn.width])
