"""Pictures in: files and PIL images.

Pillow opens the files; what it leaves to its callers is done here: 16-bit grey, palettes with transparency, EXIF
orientation, alpha, and one clear line instead of the dozen exceptions that damaged files can raise in it. What the
numbers mean as colours is for `colors`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..errors import DataError, DataWarning
from .arrays import (
    Array,
    PictureLike,
    is_file,
    is_straight,
    picture_array,
    premultiplied,
    scaled,
    strips,
    without_alpha,
)
from .colors import GreyCurve, Transform, UnusableError, conversion

if TYPE_CHECKING:
    from PIL import Image

SAMPLE = "sample:"
BITS, PHOTOMETRIC, ORIENTATION, PLANAR, EXTRA = 258, 262, 274, 284, 338  # tags of TIFF
WHITE_IS_ZERO, SEPARATE, ASSOCIATED = 0, 2, 1
DEEP = 65535  # white of 16-bit grey
ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
Reader = Callable[["Image.Image"], NDArray[np.float64]]


class FileBytes(BytesIO):
    """What is in a file, with the name that errors call it by: it can be sent to other processes.

    Parameters
    ----------
    data : bytes
        What is in it.
    name : str
        What it is called.
    """

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self._name = name

    def __str__(self) -> str:
        return self._name


def loaded(source: PictureLike) -> PictureLike:
    """Return a picture that needs no file any more: what is in its file if it has one, not decoded.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    if isinstance(source, FileBytes) or not (isinstance(source, (str, os.PathLike)) or hasattr(source, "read")):
        return source
    file: Any = source
    try:
        found = _find(file)
        return FileBytes(found.read_bytes() if isinstance(found, Path) else found.getvalue(), str(source))
    except OSError as error:
        raise DataError(f"{source}: cannot be read ({error.strerror})") from None


def read_image(source: PictureLike, dtype: DTypeLike = np.float32) -> Array:
    """Read a picture as floating-point numbers from 0 to 1, sRGB-encoded.

    Grey becomes RGB; of animations the first frame is taken; EXIF orientation is applied. Colours of another space are
    converted to sRGB if the file says so: by an ICC profile, or as PNG by cICP, or gAMA and cHRM. Grey of 16 bits keeps
    its precision; of colours with 16 bits a channel Pillow reads 8.

    Parameters
    ----------
    source : path, ``"sample:NAME"``, binary stream, PIL image or array
        Arrays, and what NumPy can make one, are (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, bool, or
        floats from 0 to 1. The alpha of integers and bools is straight, as in files. That of floats is premultiplied,
        as in the results of this package, unless a colour is somewhere above its alpha, by more than 0.02: then it is
        straight too.
    dtype : {float32, float64}
        Dtype of the result.

    Returns
    -------
    ndarray, shape (H, W, 3) or (H, W, 4)
        RGB, or premultiplied RGBA if any pixel is transparent.

    Raises
    ------
    DataError
        If it is missing, not an image, damaged, too large, not finite or of the wrong shape.

    Warns
    -----
    DataWarning
        If its colour profile cannot be used: then it is taken as sRGB.
    """
    if is_file(source):
        return decode(source, dtype)
    array = picture_array(source, "the image")
    picture = without_alpha(scaled(array, dtype))
    if picture.shape[2] == 4 and array.dtype.kind == "f" and is_straight(picture):
        picture[..., :3] *= picture[..., 3:]
    return picture


def decode(source: Any, dtype: DTypeLike, colors: bool = True) -> Array:
    """Read a file, stream or PIL image as `read_image` does; without `colors` take the values as they are stored.

    Whatever Pillow raises is turned into one line that names the source.
    """
    from PIL import Image, UnidentifiedImageError

    is_pil = isinstance(source, Image.Image)
    name = "PIL image" if is_pil else str(source)
    file: Any = None if is_pil else _find(source)
    problems: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata does not matter here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if is_pil:
                picture = _from_pil(source, dtype, colors, problems)
            else:
                with Image.open(file) as image:
                    picture = _from_pil(image, dtype, colors, problems)
    except DataError as error:
        raise DataError(f"{name}: {error}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = f"{Image.MAX_IMAGE_PIXELS or 0:,}"
        raise DataError(f"{name}: has more pixels than the limit of {limit}; give a smaller image") from None
    except UnidentifiedImageError:
        raise DataError(f"{name}: not an image file that can be read (PNG, JPEG, WebP, GIF, TIFF, BMP)") from None
    except PermissionError:
        raise DataError(f"{name}: no permission to read the file") from None
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data: SyntaxError, struct.error ...
        detail = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{name}: the image is damaged or incomplete ({detail})") from None
    for problem in problems:
        warnings.warn(f"{name}: {problem}; its colours are taken as sRGB", DataWarning, stacklevel=3)
    return picture


def on_background(image: ArrayLike, background: ArrayLike = (1.0, 1.0, 1.0)) -> Array:
    """Return (H, W, 3): a premultiplied (H, W, 4) image over one colour; (H, W, 3) comes back as it is."""
    a = np.asarray(image)
    if a.shape[2] == 3:
        return a
    opaque: Array = a[..., :3] + (1.0 - a[..., 3:]) * np.asarray(background, a.dtype)
    return opaque


def image_file(source: str | os.PathLike[str]) -> Path:
    """Return the file that a path, or ``"sample:NAME"``, stands for."""
    name = str(source)
    return _sample(name[len(SAMPLE) :]) if name.startswith(SAMPLE) else Path(source)


def _find(source: str | os.PathLike[str] | BinaryIO) -> Path | BytesIO:
    """Return what Pillow can open, if there is something in it."""
    if not isinstance(source, (str, os.PathLike)):
        data = source.read()
        if not data:
            raise DataError(f"{source}: is empty; an image file was expected")
        return BytesIO(data)
    if source == "":
        raise DataError("the name of the picture is empty; that of an image file was expected")
    file = image_file(source)
    try:
        missing, folder, empty = not file.exists(), file.is_dir(), file.is_file() and file.stat().st_size == 0
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise DataError(f"{source}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if missing:
        raise DataError(f"{source}: there is no such file")
    if folder:
        raise DataError(f"{source}: is a folder, not an image file")
    if empty:
        raise DataError(f"{source}: the file is empty")
    return file


def _sample(name: str) -> Path:
    """Return the file of a picture that ships with the package."""
    from importlib.resources import files

    folder = files("sdfraster.data")
    names = sorted(Path(item.name).stem for item in folder.iterdir() if item.name.endswith(".png"))
    if name not in names:
        raise DataError(f"{SAMPLE}{name}: there is no such sample; there are {', '.join(names)}")
    return Path(str(folder / f"{name}.png"))


def _from_pil(opened: Image.Image, dtype: DTypeLike, colors: bool, problems: list[str]) -> Array:
    """Return (H, W, 3) or premultiplied (H, W, 4), and add to `problems` why colours cannot be converted."""
    _refuse_planes(opened)
    found = None
    try:
        found = conversion(opened) if colors else None
    except UnusableError as problem:
        problems.append(str(problem))
    image = _upright(opened)
    if image.mode.startswith("I") or image.mode == "F":
        read, transparent = _grey_reader(image, getattr(opened, "tag_v2", {}).get(PHOTOMETRIC) == WHITE_IS_ZERO)
    else:
        read, transparent = _color_reader(image, found if isinstance(found, Transform) else None)
    picture = np.empty((image.height, image.width, 4 if transparent else 3), dtype)
    for rows, part in _parts(image):
        values = read(part)
        if isinstance(found, GreyCurve):
            values[..., :3] = found(values[..., :1])
        picture[rows] = premultiplied(values)
    return picture


def _refuse_planes(opened: Image.Image) -> None:
    """Refuse files that Pillow misreads without a word, or calls damaged."""
    tags = getattr(opened, "tag_v2", {})
    bits = tags.get(BITS, (8,))
    straight = ASSOCIATED not in tags.get(EXTRA, ())
    plain = opened.mode in ("L", "RGB", "RGBA", "CMYK") and max(bits) <= 8 and straight  # which Pillow reads
    if tags.get(PLANAR) == SEPARATE and not plain:
        raise DataError(
            f"a TIFF with {max(bits)} bits a channel in separate planes (PlanarConfiguration 2), which cannot be read; "
            "save it with its channels interleaved, or as PNG"
        )


def _upright(opened: Image.Image) -> Image.Image:
    """Return the image as its EXIF orientation says; Pillow would copy one that is upright already."""
    from PIL import ImageOps

    return opened if opened.getexif().get(ORIENTATION, 1) == 1 else ImageOps.exif_transpose(opened)


def _parts(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    """Yield all rows of an image, some at a time."""
    for rows in strips(image.height, image.width):
        yield rows, image.crop((0, rows.start, image.width, rows.stop))


def _color_reader(image: Image.Image, transform: Transform | None) -> tuple[Reader, bool]:
    """Return what gives RGB, or straight RGBA, of a part of an image, and whether that is transparent anywhere."""
    transparent = ("transparency" in image.info or image.mode in ALPHA_MODES) and any(
        np.asarray(part.convert("RGBA").getchannel("A")).min() < 255 for _, part in _parts(image)
    )
    mode = "RGBA" if transparent else "RGB"

    def read(part: Image.Image) -> NDArray[np.float64]:
        return np.asarray(part.convert(mode) if transform is None else transform(part, mode)) / 255.0

    return read, transparent


def _grey_reader(image: Image.Image, inverted: bool) -> tuple[Reader, bool]:
    """Return the same for grey of 16 bits, or of floats; opaque parts are (h, w, 1).

    Pillow inverts grey of 8 bits that is stored with white as 0, but not these.
    """
    if image.mode == "I":  # where a decoder has no 16-bit mode of its own
        low, high = np.asarray(image).min(), np.asarray(image).max()
        if low < 0 or high > DEEP:
            raise DataError(f"grey values must be from 0 to {DEEP}, but they go from {low} to {high}")
    full = 1.0 if image.mode == "F" else float(DEEP)
    clear = image.info.get("transparency")
    transparent = isinstance(clear, int) and any((np.asarray(part) == clear).any() for _, part in _parts(image))

    def read(part: Image.Image) -> NDArray[np.float64]:
        stored = picture_array(np.asarray(part, None if image.mode == "F" else np.uint16), "the image")
        grey = (full - stored if inverted else stored) / full
        return np.concatenate([grey, grey, grey, stored != clear], axis=2) if transparent else grey

    return read, transparent
