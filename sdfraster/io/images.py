"""Any picture a user may have, as one kind of array.

Pillow opens the files; what it leaves to its callers is done here: 16-bit grey, palettes with transparency, EXIF
orientation, alpha, and one clear line instead of the dozen exceptions that damaged files can raise in it.
"""

from __future__ import annotations

import os
import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..errors import DataError

if TYPE_CHECKING:
    from PIL import Image

SAMPLE = "sample:"


def read_image(source: Any, dtype: DTypeLike = np.float32) -> NDArray[np.floating[Any]]:
    """Read a picture as floating-point numbers from 0 to 1, sRGB-encoded as in the file.

    Grey becomes RGB; of animations the first frame is taken; EXIF orientation is applied; colour profiles are not.

    Parameters
    ----------
    source : path, ``"sample:NAME"``, binary stream, PIL image or array
        Arrays are (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16 or floats from 0 to 1. The alpha of integer
        arrays is straight as in files, that of float arrays premultiplied as in the results of this package.
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
    """
    if isinstance(source, (str, os.PathLike)):
        image = _read_file(source)
    elif isinstance(source, np.ndarray):
        image = _from_array(source)
    elif hasattr(source, "read"):
        image = _read_stream(source)
    elif hasattr(source, "getexif"):  # a PIL image, without importing PIL
        image = _decode(source, "PIL image")
    else:
        raise DataError(
            f"an image must be a path, {SAMPLE}NAME, a binary stream, a PIL image or an array, "
            f"not {type(source).__name__}"
        )
    if image.shape[2] == 4 and (image[..., 3] == 1.0).all():
        image = image[..., :3]
    return np.array(image, dtype=dtype, order="C")


def on_background(image: ArrayLike, background: ArrayLike = (1.0, 1.0, 1.0)) -> NDArray[np.floating[Any]]:
    """Return (H, W, 3): a premultiplied (H, W, 4) image over one colour; (H, W, 3) comes back as it is."""
    a = np.asarray(image)
    if a.shape[2] == 3:
        return a
    return a[..., :3] + (1.0 - a[..., 3:]) * np.asarray(background, a.dtype)


def image_file(source: str | os.PathLike[str]) -> Path:
    """Return the file that a path, or ``"sample:NAME"``, stands for."""
    name = str(source)
    return _sample(name[len(SAMPLE) :]) if name.startswith(SAMPLE) else Path(source)


def _read_stream(source: BinaryIO) -> NDArray[np.floating[Any]]:
    data = source.read()
    if not data:
        raise DataError(f"{source}: is empty; an image file was expected")
    return _decode(BytesIO(data), str(source))


def _read_file(source: str | os.PathLike[str]) -> NDArray[np.floating[Any]]:
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
    return _decode(file, str(source))


def _decode(source: Path | BytesIO | Image.Image, name: str) -> NDArray[np.floating[Any]]:
    """Let Pillow open and decode, and turn whatever it raises into one line about `name`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata does not matter here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if isinstance(source, Image.Image):
                return _from_pil(source)
            with Image.open(source) as opened:
                return _from_pil(opened)
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


def _sample(name: str) -> Path:
    """Return the file of a picture that ships with the package."""
    from importlib.resources import files

    folder = files("sdfraster.data")
    names = sorted(Path(item.name).stem for item in folder.iterdir() if item.name.endswith(".png"))
    if name not in names:
        raise DataError(f"{SAMPLE}{name}: there is no such sample; there are {', '.join(names)}")
    return Path(str(folder / f"{name}.png"))


def _from_pil(opened: Image.Image) -> NDArray[np.floating[Any]]:
    from PIL import ImageOps

    image = ImageOps.exif_transpose(opened)
    if image.mode.startswith("I"):  # 16-bit grey; "I" where a decoder has no 16-bit mode of its own
        grey = np.asarray(image, dtype=np.int64)
        if grey.size and (grey.min() < 0 or grey.max() > 65535):
            raise DataError(f"grey values must be from 0 to 65535, but they go from {grey.min()} to {grey.max()}")
        clear = image.info.get("transparency")
        if not isinstance(clear, int):
            return _from_array(grey.astype(np.uint16))
        rgba = np.repeat(grey[..., None], 4, axis=2)
        rgba[..., 3] = np.where(grey == clear, 0, 65535)
        return _from_array(rgba.astype(np.uint16))
    if image.mode == "F":
        return _from_array(np.asarray(image))
    transparent = "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa")
    return _from_array(np.asarray(image.convert("RGBA" if transparent else "RGB")))


def _from_array(array: NDArray[Any]) -> NDArray[np.floating[Any]]:
    """Return (H, W, 3) or premultiplied (H, W, 4) in float64."""
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.size == 0:
        raise DataError(
            f"an image must have shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) and at least one pixel, "
            f"not {array.shape}"
        )
    if array.dtype in (np.uint8, np.uint16):
        image = array / float(np.iinfo(array.dtype).max)
        if image.shape[2] == 4:
            image[..., :3] *= image[..., 3:]
    elif np.issubdtype(array.dtype, np.floating):
        image = array.astype(np.float64)
        if not np.isfinite(image).all():
            raise DataError("the image holds NaN or infinity; all values must be finite, from 0 to 1")
        if image.min() < -1.0 or image.max() > 2.0:  # resampling overshoots a little; 0..255 is a mistake
            raise DataError(f"float values must be from 0 to 1, but they go from {image.min():g} to {image.max():g}")
    else:
        raise DataError(f"an image must be uint8, uint16 or floating-point, not {array.dtype}")
    return np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image
