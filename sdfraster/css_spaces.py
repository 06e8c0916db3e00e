"""Colours of CSS that are not of sRGB: lab(), lch(), oklab(), oklch() and color(), as sRGB.

The matrices are those of CSS Color 4, section 18, and of Ottosson 2020, "A perceptual color space for image
processing". What screens cannot show is for the caller to cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import copysign, cos, pi, sin

import numpy as np
from numpy.typing import NDArray

Triple = NDArray[np.float64]

TO_SRGB = np.array(  # from XYZ, D65
    [
        [3.2409699419045213, -1.5373831775700935, -0.4986107602930033],
        [-0.9692436362808798, 1.8759675015077206, 0.0415550574071756],
        [0.0556300796969936, -0.2039769588889765, 1.0569715142428784],
    ]
)
TO_D65 = np.array(  # from D50 (Bradford)
    [
        [0.9554734214880752, -0.0230984549487645, 0.0632592432005707],
        [-0.0283697093338637, 1.0099953980813041, 0.0210414411919173],
        [0.0123140148644819, -0.0205076492988989, 1.3303659262421237],
    ]
)
D50 = np.array([0.3457 / 0.3585, 1.0, (1.0 - 0.3457 - 0.3585) / 0.3585])
OKLAB_TO_ROOTS = np.array(
    [
        [1.0, 0.3963377773761749, 0.2158037573099136],
        [1.0, -0.1055613458156586, -0.0638541728258133],
        [1.0, -0.0894841775298119, -1.2914855480194092],
    ]
)
CUBES_TO_XYZ = np.array(
    [
        [1.2268798758459243, -0.5578149944602171, 0.2813910456659647],
        [-0.0405757452148008, 1.1122868032803170, -0.0717110580655164],
        [-0.0763729366746601, -0.4214933324022432, 1.5869240198367816],
    ]
)
P3 = [
    [0.4865709486482162, 0.2656676931690931, 0.1982172852343625],
    [0.2289745640697488, 0.6917385218365064, 0.0792869140937450],
    [0.0, 0.0451133818589026, 1.0439443689009757],
]
A98 = [
    [0.5766690429101305, 0.1855582379065463, 0.1882286462349947],
    [0.2973449752505360, 0.6273635662554661, 0.0752914584939979],
    [0.0270313613864123, 0.0706888525358272, 0.9913375368376388],
]
PROPHOTO = [
    [0.7977666449006423, 0.1351812974005331, 0.0313477341283922],
    [0.2880748288194013, 0.7118352342418731, 0.0000899369387256],
    [0.0, 0.0, 0.8251046025104602],
]
REC2020 = [
    [0.6369580483012914, 0.1446169035862083, 0.1688809751641721],
    [0.2627002120112671, 0.6779980715188708, 0.0593017164698620],
    [0.0, 0.0280726930490874, 1.0609850577107909],
]


def _linear(value: float) -> float:
    """Return the light of a value of sRGB."""
    v = abs(value)
    return copysign(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4, value)


def _encoded(light: float) -> float:
    """Return the value of sRGB of some light."""
    v = abs(light)
    return copysign(12.92 * v if v <= 0.0031308 else 1.055 * v ** (1.0 / 2.4) - 0.055, light)


def _prophoto(value: float) -> float:
    v = abs(value)
    return copysign(v / 16.0 if v <= 16.0 / 512.0 else v**1.8, value)


def _rec2020(value: float) -> float:
    v, alpha, beta = abs(value), 1.09929682680944, 0.018053968510807
    return copysign(v / 4.5 if v < beta * 4.5 else ((v + alpha - 1.0) / alpha) ** (1.0 / 0.45), value)


def _same(value: float) -> float:
    return value


Space = tuple[Callable[[float], float], Triple]  # from values to light, and from light to XYZ of D65
_SRGB = np.linalg.inv(TO_SRGB)
SPACES: dict[str, Space] = {
    "srgb": (_linear, _SRGB),
    "srgb-linear": (_same, _SRGB),
    "display-p3": (_linear, np.array(P3)),
    "a98-rgb": (lambda value: copysign(abs(value) ** (563.0 / 256.0), value), np.array(A98)),
    "prophoto-rgb": (_prophoto, TO_D65 @ np.array(PROPHOTO)),
    "rec2020": (_rec2020, np.array(REC2020)),
    "xyz": (_same, np.eye(3)),
    "xyz-d65": (_same, np.eye(3)),
    "xyz-d50": (_same, TO_D65),
}


def from_space(name: str, values: Sequence[float]) -> tuple[float, ...]:
    """Return a colour of one of `SPACES` as sRGB."""
    light, matrix = SPACES[name]
    return _srgb(matrix @ np.array([light(value) for value in values]))


def from_lab(lightness: float, a: float, b: float) -> tuple[float, ...]:
    """Return a colour of CIE Lab, with a lightness from 0 to 100, as sRGB."""
    kappa, epsilon = 24389.0 / 27.0, 216.0 / 24389.0
    y = (lightness + 16.0) / 116.0
    roots = np.array([y + a / 500.0, y, y - b / 200.0])
    xyz = np.where(roots**3 > epsilon, roots**3, (116.0 * roots - 16.0) / kappa)
    return _srgb(TO_D65 @ (xyz * D50))


def from_oklab(lightness: float, a: float, b: float) -> tuple[float, ...]:
    """Return a colour of Oklab, with a lightness from 0 to 1, as sRGB."""
    return _srgb(CUBES_TO_XYZ @ (OKLAB_TO_ROOTS @ np.array([lightness, a, b])) ** 3)


def polar(chroma: float, turn: float) -> tuple[float, float]:
    """Return a and b of a chroma and a hue, a share of a turn."""
    return chroma * cos(2.0 * pi * turn), chroma * sin(2.0 * pi * turn)


def _srgb(xyz: Triple) -> tuple[float, ...]:
    return tuple(_encoded(float(light)) for light in TO_SRGB @ xyz)
