"""Pictures of a code as cameras, messages and creased paper leave them, and films for a camera that plays a file."""

import random
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

PIXELS_A_MODULE = 6
MARGIN_MODULES = 4
TABLE = 176
Degrade = Callable[[Image.Image], Image.Image]


def code(text: str, *, level: str = "m") -> Image.Image:
    """Return the code of a text as a page shows it: black on white, with its margin."""
    drawn = BytesIO()
    segno.make(text, error=level, mode="alphanumeric", micro=False, boost_error=False).save(
        drawn, kind="png", scale=PIXELS_A_MODULE, border=MARGIN_MODULES
    )
    return Image.open(drawn).convert("L")


def read(picture: Image.Image | memoryview) -> list[str]:
    """Return what another reader than the site's reads in a picture. It sees bars between the modules of some codes."""
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=only)]


def jpeg(picture: Image.Image, *, quality: int = 30) -> Image.Image:
    """Return what a messenger makes of a picture."""
    packed = BytesIO()
    picture.convert("RGB").save(packed, "JPEG", quality=quality)
    return Image.open(packed).convert("L")


def blurred(modules: float) -> Degrade:
    """Return a lens out of focus; by so many modules, as the deviation of what a point becomes."""

    def blur(picture: Image.Image) -> Image.Image:
        return picture.filter(ImageFilter.GaussianBlur(PIXELS_A_MODULE * modules))

    return blur


def turned(degrees: float) -> Degrade:
    """Return a turn on a grey table."""

    def turn(picture: Image.Image) -> Image.Image:
        return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)

    return turn


def aslant(picture: Image.Image) -> Image.Image:
    """Return a picture seen from the side: its far edge is two thirds of the near one."""
    width, height = picture.size
    room = Image.new("L", (width * 5 // 4, height * 5 // 4), TABLE)
    room.paste(picture, (width // 8, height // 8))
    # Where the corners come from, from the upper left on against the clock: the far ones from beyond the picture.
    beyond = room.width / 4
    quad = (-beyond, 0, 0, room.height, room.width, room.height, room.width + beyond, 0)
    return room.transform(
        room.size, Image.Transform.PERSPECTIVE, _plane(quad, room.size), Image.Resampling.BICUBIC, fillcolor=TABLE
    )


def _plane(quad: Sequence[float], size: tuple[int, int]) -> tuple[float, ...]:
    """Return the eight numbers that take the corners of a picture to four points, by solving for them."""
    width, height = size
    corners = ((0, 0), (0, height), (width, height), (width, 0))
    rows = []
    for (x, y), u, v in zip(corners, quad[::2], quad[1::2], strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(8):
            if row != at:
                rows[row] = [value - rows[row][at] * lead for value, lead in zip(rows[row], rows[at], strict=True)]
    return tuple(row[8] for row in rows)


def hidden(*, across: float, down: float) -> Degrade:
    """Return a thumb over a tenth of the code, at a place from 0 to 1 each way, away from the corners that find it."""

    def hide(picture: Image.Image) -> Image.Image:
        margin = MARGIN_MODULES * PIXELS_A_MODULE
        side = picture.width - 2 * margin
        thumb = side * 0.1**0.5
        left, top = (margin + place * (side - thumb) for place in (across, down))
        found = picture.copy()
        ImageDraw.Draw(found).rectangle((left, top, left + thumb, top + thumb), fill=120)
        return found

    return hide


def faint(picture: Image.Image) -> Image.Image:
    """Return a tenth of the contrast, as of a worn print in a bad light."""
    return picture.point(lambda shade: 120 + shade * 26 // 255)


def grainy(picture: Image.Image) -> Image.Image:
    """Return the picture of a small sensor at night."""
    chance = random.Random(3)  # noqa: S311 (grain for a test)
    grain = Image.frombytes("L", picture.size, bytes(chance.choices(range(256), k=picture.width * picture.height)))
    return Image.blend(picture, grain, 0.35)


def small(picture: Image.Image) -> Image.Image:
    """Return a picture with two pixels a module, sent by a messenger."""
    side = picture.width * 2 // PIXELS_A_MODULE
    return jpeg(picture.resize((side, side), Image.Resampling.LANCZOS), quality=60)


def light_on_dark(picture: Image.Image) -> Image.Image:
    """Return what a browser that darkens every page makes of a code."""
    return picture.point(lambda shade: 255 - shade)


def dark_screen(picture: Image.Image) -> Image.Image:
    """Return the photograph of a phone in dark mode, dimmed, held a little askew, with a lamp in its glass."""
    screen = Image.new("L", (picture.width * 3 // 2, picture.width * 2), 18)
    screen.paste(picture.point(lambda shade: 18 + shade * 120 // 255), (picture.width // 4, picture.width // 2))
    lamp = Image.radial_gradient("L").resize(screen.size).point(lambda shade: max(0, 70 - shade // 2))
    lit = Image.composite(Image.new("L", screen.size, 235), screen, lamp)
    seen = aslant(turned(7)(lit)).filter(ImageFilter.GaussianBlur(1.2))
    return jpeg(seen, quality=55)


def badly(picture: Image.Image) -> Image.Image:
    """Return several of these at once."""
    return jpeg(faint(turned(15)(picture)).filter(ImageFilter.GaussianBlur(1.5)), quality=40)


DEGRADED: dict[str, Degrade] = {
    "jpeg": jpeg,
    "blurred": blurred(0.4),
    "turned by 15": turned(15),
    "turned by 45": turned(45),
    "turned by 90": turned(90),
    "upside down": turned(180),
    "aslant": aslant,
    "hidden in the middle": hidden(across=0.5, down=0.5),
    "hidden at an edge": hidden(across=0.5, down=1.0),
    "hidden in the free corner": hidden(across=0.93, down=0.93),
    "faint": faint,
    "grainy": grainy,
    "small": small,
    "light on dark": light_on_dark,
    "dark screen": dark_screen,
    "badly": badly,
}


def film(pictures: Sequence[Image.Image], file: Path, *, size: tuple[int, int] = (1280, 720)) -> None:
    """Write frames of a grey room, each with its picture in the middle, as Chromium's camera plays them (YUV4MPEG2)."""
    width, height = size
    colours = bytes([128]) * (width * height // 2)
    with file.open("wb") as written:
        written.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420\n" % size)
        for picture in pictures:
            room = Image.new("L", size, 90)
            scale = height * 0.8 / max(picture.size)
            fitted = picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.Resampling.BOX)
            room.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
            written.write(b"FRAME\n" + room.tobytes() + colours)
