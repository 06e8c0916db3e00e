"""What the numbers of a file mean as colours, and their conversion to sRGB.

A file says it by an ICC profile or, as PNG, by chunks, of which the first one there is counts: cICP, iCCP, sRGB, gAMA
and cHRM. LittleCMS converts, through Pillow: relative colorimetric, with black point compensation. Colours of 8 bits
end within one level of what floating-point numbers would give; grey goes through a table of all its 65,536 values,
which is exact to 16 bits.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .profile import BT709, D65, SRGB_CURVE, Curve, Primaries, grey_profile, rgb_profile, srgb_profile

if TYPE_CHECKING:
    from PIL import Image

# Code points of ITU-T H.273, for displays without high dynamic range.
BT470BG = Primaries(D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06))
BT601 = Primaries(D65, (0.63, 0.34), (0.31, 0.595), (0.155, 0.07))
BT2020 = Primaries(D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
DCI_P3 = Primaries((0.314, 0.351), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
DISPLAY_P3 = DCI_P3._replace(white=D65)
PRIMARIES = {1: BT709, 5: BT470BG, 6: BT601, 7: BT601, 9: BT2020, 11: DCI_P3, 12: DISPLAY_P3}
BT709_CURVE = (1.0 / 0.45, 1.0 / 1.099, 0.099 / 1.099, 1.0 / 4.5, 0.081)
CURVES: dict[int, Curve] = {
    1: BT709_CURVE,
    4: (2.2,),
    5: (2.8,),
    6: BT709_CURVE,
    8: (1.0,),
    13: SRGB_CURVE,
    14: BT709_CURVE,
    15: BT709_CURVE,
}
USUAL_GAMMA = 1.0 / 2.2  # what writers of sRGB say; readers take it, as libpng within 5 %, for the curve of sRGB
SAME = 1  # level of 255: by no more does a profile of sRGB, of which there are many, differ from ours
GREY = ("1", "L", "LA", "La", "F")


class UnusableError(Exception):
    """Why the colours of an image cannot be converted."""


class GreyCurve:
    """Conversion of grey values of any depth, by a table of 65,536."""

    _LEVELS = np.arange(65536, dtype=np.uint16)

    def __init__(self, profile: Any) -> None:
        from PIL import Image, ImageCms

        exactly = _transform(profile, grey_profile(SRGB_CURVE), "I;16", "I;16", ImageCms.Flags.NOOPTIMIZE)
        self._values = self._LEVELS / 65535.0
        self._table = np.asarray(exactly.apply(Image.fromarray(self._LEVELS[None])))[0] / 65535.0
        self.changes = bool(np.abs(self._table - self._values).max() * 255.0 > SAME)

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values from 0 to 1 as sRGB."""
        encoded: NDArray[np.float64] = np.interp(values, self._values, self._table)
        return encoded


class Transform:
    """Conversion of images of RGB, CMYK or Lab, of 8 bits a channel."""

    def __init__(self, profile: Any, space: str) -> None:
        from PIL import Image

        self._space = space
        self._transform = _transform(profile, srgb_profile(), space, "RGB")
        self.changes = True
        if space == "RGB":
            self._with_alpha = _transform(profile, srgb_profile(), "RGBA", "RGBA")
            steps, greys = np.arange(0, 256, 15), np.arange(256)
            colors = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
            samples = np.concatenate([colors, np.stack([greys] * 3, axis=1)]).astype(np.uint8)[None]
            converted = np.asarray(self._transform.apply(Image.fromarray(samples)))
            self.changes = bool(np.abs(converted - samples.astype(int)).max() > SAME)

    def __call__(self, part: Image.Image, mode: str) -> Image.Image:
        """Return an image as one of sRGB, of mode RGB or RGBA."""
        if self._space != "RGB":
            converted: Image.Image = self._transform.apply(part)
        else:
            converted = (self._with_alpha if mode == "RGBA" else self._transform).apply(part.convert(mode))
        return converted


def conversion(image: Image.Image) -> GreyCurve | Transform | None:
    """Return what makes the colours of an image sRGB; None if they are, or nothing is said of them.

    Raises
    ------
    UnusableError
        If what is said cannot be used.
    """
    from PIL import ImageCms

    deep = image.mode.startswith("I") or image.mode == "F"
    grey = deep or image.mode in GREY
    data = None if image.mode == "LAB" else _description(image, grey)
    if data == srgb_profile() or (data is None and image.mode != "LAB"):
        return None
    try:
        profile = ImageCms.createProfile("LAB") if data is None else ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
        space = profile.xcolor_space.strip()
        wanted = {"LAB": "Lab", "CMYK": "CMYK"}.get(image.mode, "GRAY" if grey else "RGB")
        if space != wanted and not (space == "RGB" and grey and not deep):
            raise UnusableError(f"its colour profile is for {space}, not for its {'16-bit ' * deep}{wanted}")
        found = GreyCurve(profile) if space == "GRAY" else Transform(profile, image.mode if space != "RGB" else "RGB")
    except ImportError:
        raise UnusableError("its colour profile cannot be used: Pillow was built without LittleCMS") from None
    except (OSError, ValueError, ImageCms.PyCMSError):
        raise UnusableError("its colour profile is damaged or of a kind that cannot be used") from None
    return found if found.changes else None


def _transform(profile: Any, wanted: bytes, mode: str, wanted_mode: str, flags: int = 0) -> Any:
    """Return the transform of LittleCMS from a profile to another."""
    from PIL import ImageCms

    output = ImageCms.ImageCmsProfile(io.BytesIO(wanted))
    flags |= ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.HIGHRESPRECALC
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildTransform(ImageCms.ImageCmsProfile(profile), output, mode, wanted_mode, intent, flags)


def _description(image: Image.Image, grey: bool) -> bytes | None:
    """Return the profile of an image, made of the chunks of a PNG if need be; what is unknown gives way to the next."""
    info = image.info
    code_points = _code_points(image)
    if code_points is not None:
        primaries, curve = PRIMARIES.get(code_points[0]), CURVES.get(code_points[1])
        if primaries and curve and code_points[2:] == (0, 1):  # RGB, of full range
            return _profile(grey, primaries, curve)
    if "icc_profile" in info:
        if info["icc_profile"] is None:
            raise UnusableError("its colour profile is damaged")
        return info["icc_profile"] or None
    if "srgb" in info:
        return None
    if "gamma" in info or "chromaticity" in info:
        return _profile(grey, _primaries(info.get("chromaticity")), _curve(info.get("gamma", USUAL_GAMMA)))
    if code_points is not None:
        raise UnusableError(f"its cICP {'-'.join(map(str, code_points))} is of a kind that cannot be converted")
    return None


def _code_points(image: Image.Image) -> tuple[int, ...] | None:
    """Return the numbers of the cICP chunk of a PNG that is still open; Pillow passes over it."""
    stream = getattr(image, "fp", None)
    if image.format != "PNG" or stream is None:
        return None
    place = stream.tell()
    try:
        stream.seek(8)
        while True:
            length, name = struct.unpack(">I4s", stream.read(8))
            if name == b"cICP":
                return tuple(stream.read(4))
            if name in (b"IDAT", b"IEND"):
                return None
            stream.seek(length + 4, io.SEEK_CUR)
    except struct.error:  # the file ends
        return None
    finally:
        stream.seek(place)


def _profile(grey: bool, primaries: Primaries, curve: Curve) -> bytes:
    """Return a profile; of grey the curve is all that matters."""
    try:
        return grey_profile(curve) if grey else rgb_profile(primaries, curve)
    except (ArithmeticError, ValueError, struct.error):  # points on a line, or numbers beyond those of profiles
        raise UnusableError("its gAMA and cHRM are those of no display") from None


def _primaries(chromaticity: tuple[float, ...] | None) -> Primaries:
    """Return what a cHRM chunk says, or those of sRGB."""
    if chromaticity is None:
        return BT709
    return Primaries(*zip(chromaticity[::2], chromaticity[1::2], strict=True))


def _curve(gamma: float) -> Curve:
    """Return what a gAMA chunk says: the exponent with which light becomes values."""
    if gamma <= 0.0:
        raise UnusableError("its gAMA is 0")
    return SRGB_CURVE if abs(gamma / USUAL_GAMMA - 1.0) < 0.05 else (1.0 / gamma,)
