"""What a fit found, in figures and in words."""

from __future__ import annotations

from math import inf, isfinite, log10
from typing import TYPE_CHECKING, Any

from sdfraster.mesh import MESH
from sdfraster.model.composite import COMPOSITES
from sdfraster.model.shading import CONSTANT, SHADINGS
from sdfraster.primitives import primitive

if TYPE_CHECKING:
    from sdfraster.fitting import FitOptions, FitResult

NOTABLE = 0.1  # dB lost in the SVG that need an explanation
ONE_STEP = 20.0 * log10(255.0)  # dB of pictures whose error is one step of 8 bits


def summarize(result: FitResult, files: list[str], precision: int | None) -> dict[str, Any]:
    """Return what there is to say about a fit."""
    options = result.options
    summary = {
        "kind": options.kind,
        "count": len(result.scene.layers[-1]),
        **_style(result),
        "psnr": _decibels(result.psnr),
        "ssim": round(result.ssim, 4),
        "seconds": round(result.seconds, 3),
        "iterations": len(result.history),
        "device": options.device,
        "seed": options.seed,
        "files": files,
        "interrupted": result.interrupted,
    }
    if precision is not None:
        summary["svg_psnr"] = _decibels(result.psnr_as_svg(precision))
    if options.target_psnr is not None:
        summary["target_psnr"] = options.target_psnr
        summary["target_reached"] = result.psnr >= options.target_psnr
        summary["most"] = options.count
    return summary


def _decibels(psnr: float) -> float | None:
    """Return a PSNR as JSON can hold it: None if there is no error at all."""
    return round(psnr, 3) if isfinite(psnr) else None


def _style(result: FitResult) -> dict[str, Any]:
    """Return how shapes are coloured and composed, and the quality of a mesh."""
    options = result.options
    if result.mesh_quality is None:
        return {"composite": options.composite, "color": options.color}
    return {"composite": result.scene.layers[-1].composite, "shade": options.shade, **result.mesh_quality}


def where(options: FitOptions) -> str:
    """Return where the fit was computed."""
    from sdfraster.model.loss import LOSSES

    names = [term.rpartition("*")[2].strip() for term in options.loss.split("+")]
    others = [name for name in names if name not in LOSSES]
    apart = f", but {' and '.join(others)} on the CPU" if others and options.device != "cpu" else ""
    return f"computed on {options.device}{apart}"


def _shading(summary: dict[str, Any]) -> str:
    """Return the rule of colours of the shapes, or of the faces of a mesh."""
    return str(summary.get("color", CONSTANT if summary.get("shade") == "flat" else "linear"))


def _shown(psnr: float | None) -> str:
    return "infinite" if psnr is None else f"{psnr:.2f} dB"


def _loss(ours: float, drawn: float) -> str:
    """Return what is lost in the SVG: decibels only where they say something that can be seen."""
    if drawn == inf:
        return "nothing lost"
    if drawn >= ONE_STEP:
        return "less than one step of 8 bits off"
    if ours == inf:
        return "for renderers round to 8 bits after every shape"
    return f"{max(ours - drawn, 0.0):.2f} dB lost"


def text(summary: dict[str, Any]) -> str:
    """Return a summary as lines for people."""
    from sdfraster.io.report import described

    mesh = summary["kind"] == MESH
    lines = [
        f"{described(summary['kind'], summary['count'])}: PSNR {_shown(summary['psnr'])}, SSIM {summary['ssim']:.3f}, "
        f"{summary['iterations']} iterations in {summary['seconds']:.2f} s"
    ]
    if summary["interrupted"]:
        lines[0] += " (interrupted)"
    if not summary.get("target_reached", True):
        remedy = "a larger --count" if summary["count"] >= summary["most"] else "more --iterations or time"
        lines.append(f"the target of {summary['target_psnr']:g} dB was not reached; {remedy} may help")
    if "svg_psnr" in summary:
        ours, drawn = (inf if summary[key] is None else summary[key] for key in ("psnr", "svg_psnr"))
        lost = ours - drawn if drawn < ours else 0.0
        coarse = not mesh and primitive(summary["kind"]).stroked  # as resvg draws curves that are stroked
        about = "about " if coarse or summary.get("shade") == "vertex" else ""
        lines.append(f"as SVG: PSNR {about}{_shown(summary['svg_psnr'])}, {_loss(ours, drawn)}")
        if not COMPOSITES[summary["composite"]].in_svg and not mesh:
            lines[-1] += (
                f"; SVG cannot express a {summary['composite']} layer, its shapes are painted one over the other"
            )
        elif lost >= NOTABLE and drawn < ONE_STEP and (reason := SHADINGS[_shading(summary)].svg_loss):
            lines[-1] += f"; {reason}"
    if mesh:
        least, largest, median = summary["areas"]
        lines.append(
            f"smallest angle {summary['min_angle']:.1f} degrees, in 99 % of the triangles above "
            f"{summary['angle_1_percent']:.1f}; {summary['inverted']} turned over; areas from {least:.3g} to "
            f"{largest:.3g}, median {median:.3g} square pixels"
        )
    return "\n".join([*lines, *(f"wrote {name}" for name in summary["files"])])
