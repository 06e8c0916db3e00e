"""Fits: shapes, or a mesh, that redraw a picture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import check_names
from ..devices import choose_device
from ..errors import DataError
from ..mesh import MESH
from ..metrics import psnr, ssim
from ..optim import needs_squares
from ..pictures.arrays import PictureLike
from ..pictures.files import on_background, read_image
from ..record import Recorder
from ..rendering import render
from ..scene import Scene
from ..shapes import Array
from .auto import settle_init
from .backdrop import LINEAR, Backing, backing, is_picture, is_sloping, picture_behind, scene_behind, with_backdrop
from .checkpoint import Checkpoint, digest, read_checkpoint, said_by
from .checks import AUTO_INIT
from .fixed import BACKGROUND, Fixed, as_mapping, beside_backdrop
from .given import is_file, on_top, shapes_in
from .keeper import Keeper
from .options import FitOptions
from .progress import Callback, Progress
from .pyramid import Level, enlarge, even, finest_factor, radius_on_level
from .result import FitResult
from .run import Run
from .shapes.symmetry import symmetric
from .starting import WHITE, started
from .strategy import FitStrategy
from .weight import weigh


def fit(
    target: PictureLike,
    options: FitOptions | None = None,
    callback: Callback | None = None,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
    **changes: Any,
) -> FitResult:
    """Find shapes that redraw a picture.

    Parameters
    ----------
    target : path, ``"sample:NAME"``, binary stream, PIL image or array
        The picture. Files can be of nearly any kind; their colours are converted to sRGB. Arrays are (H, W), (H, W, 1),
        (H, W, 3) or (H, W, 4), of uint8, uint16, bool, or floats from 0 to 1; the alpha of floats is premultiplied, as
        in what `render` returns, unless a colour is above its alpha by more than 0.02.
    options : FitOptions, optional
        Options; the defaults if not given.
    callback : callable, optional
        Called after every step with the `FitProgress`; the fit ends early if it returns True.
    checkpoint : path, optional
        A file that gets where the fit is, every ten seconds and at the end.
    resume : path, optional
        A checkpoint, where a fit of the same picture goes on, to the same bits as if it had not been ended. Options
        that nobody gives are those of that fit; ``iterations``, ``count`` and ``polish`` may be larger. If it is
        `checkpoint` and not there yet, the fit begins.
    **changes
        Options by name, e.g. ``kind="triangle", count=100``.

    Returns
    -------
    FitResult
        The scene and how close it is. Ctrl-C ends the fit early and is reported in ``interrupted``.

    Raises
    ------
    ValueError
        If an option is not valid, or another one than in the fit that goes on; the message names it.
    DataError
        If the picture cannot be read, is another one than in the fit that goes on, or a checkpoint cannot be read or
        written.
    DeviceError
        If a GPU is asked for that is not there, or has too little memory.
    """
    if not isinstance(options or FitOptions(), FitOptions):
        raise ValueError(f"options must be FitOptions, not {type(options).__name__}")
    if callback is not None and not callable(callback):
        raise ValueError(f"callback must be callable, not {type(callback).__name__}")
    check_names("fit", changes, (each.name for each in fields(FitOptions)))
    past = past_of(checkpoint, resume)
    if past is None:
        chosen = replace(options or FitOptions(), **changes)
    else:
        chosen = past.options_with({**({} if options is None else said_by(options)), **changes})
    if is_file(chosen.init):
        target = read_image(target)
        chosen = started(chosen, target)
    return fit_by(FitStrategy.of(chosen.kind), target, chosen, callback, Keeper(checkpoint), past)


def fit_by(
    strategy: FitStrategy,
    target: PictureLike,
    options: FitOptions,
    callback: Callback | None = None,
    keeper: Keeper | None = None,
    past: Checkpoint | None = None,
) -> FitResult:
    """Find shapes that redraw a picture, by a given strategy.

    Parameters and results are those of `fit`, but for what writes checkpoints and the one at which the fit goes on.
    """
    image = read_image(target)
    height, width, _ = image.shape
    asked = with_pictures(replace(options, filter_radius=options.radius), image)
    chosen = for_picture(asked, image)

    behind, below = picture_behind(chosen.background), scene_behind(chosen.background)
    fixed = Fixed(chosen.fixed, chosen.given)
    factor = finest_factor(width, height, chosen.count, chosen.size, strategy.pyramid)
    if chosen.size is None:
        measured = needs_squares(chosen.optimizer)  # by all pixels there are
        factor = 1.0 if measured else even(factor, width, height, strategy.pyramid.side)
    if past is not None:
        factor = past.parts["factor"]

    def finished(scene: Scene) -> Scene:
        large = fixed.scene(enlarge(scene, factor, width, height))
        large = large if behind is None else large.replace(background=None)
        return symmetric(large) if chosen.symmetric else large

    def whole(scene: Scene) -> Scene:
        """Return a scene with what it was put on top of."""
        return scene if below is None else on_top(below, scene.layers[-1])

    def drawn(scene: Scene) -> Array:
        """Return the picture of a scene as it is in the end."""
        shapes = render(scene, chosen.radius, chosen.filter, chosen.device)
        return shapes if behind is None else on_background(shapes, behind)

    def decibels(scene: Scene) -> float:
        """Return the PSNR of a scene of the fit, as it is drawn in the end."""
        return psnr(np.clip(drawn(finished(scene)), 0.0, 1.0), image)

    chosen = replace(chosen, device=choose_device(chosen.device, chosen.kind, round(width * height / factor**2)))
    keeper = Keeper() if keeper is None else keeper
    if keeper or past is not None:
        init = chosen.init if asked.init == AUTO_INIT else asked.init
        keeper.start = beginning(replace(asked, device=chosen.device, init=init), image)
    recorder = Recorder(chosen.record)
    told = recorder.then(callback) if chosen.record else callback
    progress = Progress(chosen, strategy.target, told, lambda scene: whole(finished(scene)), decibels, keeper)
    known: Mapping[str, Any] = {}
    if past is not None:
        past.check(keeper.start)
        known = past.parts_for(chosen)
        progress.restore(known["progress"])
        recorder.restore(known["recorder"])
    if image.shape[2] == 4 and (chosen.kind == MESH or chosen.background is not None):
        color = WHITE if chosen.background is None else chosen.background
        image = on_background(image, color if behind is None else behind)
    picture = Level.of(image, weigh(chosen.weight, chosen.region, image), behind)
    level = picture.coarser(factor)
    on_level = replace(chosen, filter_radius=radius_on_level(chosen.radius, chosen.filter, factor))
    run: Run[Any]
    if chosen.kind == MESH:
        from .mesh.run import MeshRun  # with much of SciPy, which takes longer to import than many fits

        run = MeshRun(level, on_level, progress, strategy, known.get("search"))
    else:
        from .shapes.run import ShapeRun

        run = ShapeRun(level, on_level, progress, strategy, known.get("search"))
    keeper.parts |= {"factor": lambda: factor, "search": lambda: run.state}
    keeper.parts |= {"progress": lambda: progress.state, "recorder": lambda: recorder.state}
    complete = interrupted = False
    try:
        complete = run.run()
        keeper.close("search")
    except KeyboardInterrupt:
        interrupted = True
    scene = finished(run.finish())
    if complete and chosen.polish > 0:
        from .shapes.refinement import Refinement

        last = Refinement(scene, picture, chosen, progress, strategy, known.get("polish"))
        keeper.parts["polish"] = lambda: last.state
        try:
            last.run()
            keeper.now()
        except KeyboardInterrupt:
            interrupted = True
        scene = last.scene if behind is None else last.scene.replace(background=None)
    seconds, redrawn = progress.seconds, drawn(scene)
    shown = np.clip(redrawn, 0.0, 1.0)
    return FitResult(
        scene=whole(scene),
        image=redrawn,
        history=np.array(progress.history).reshape(-1, 4),
        psnr=psnr(shown, image),
        ssim=ssim(shown, image),
        seconds=seconds,
        options=chosen if below is None else _as_asked(chosen, below),
        interrupted=interrupted,
        target=image,
        frames=tuple(recorder.frames),
        weight=picture.weight,
    )


def _as_asked(options: FitOptions, below: Scene) -> FitOptions:
    """Return options with the scene that shapes were put on top of as what the fit started from."""
    return replace(options, init=below, count=options.count + shapes_in(below), background=None)


def past_of(checkpoint: str | os.PathLike[str] | None, resume: str | os.PathLike[str] | None) -> Checkpoint | None:
    """Return the checkpoint to go on from, if there is one: the one that the fit will write need not be there yet."""
    if resume is None or (checkpoint is not None and Path(resume) == Path(checkpoint) and not Path(resume).exists()):
        return None
    return read_checkpoint(resume)


def with_pictures(options: FitOptions, image: Array) -> FitOptions:
    """Return options with the pictures among them read, for a picture (H, W, C) that is redrawn.

    Raises
    ------
    DataError
        If one cannot be read, or does not go with that picture.
    """
    background = options.background
    behind = backing(background, image) if is_picture(background) else background
    return replace(options, weight=weigh(options.weight, None, image), background=behind)


def beginning(options: FitOptions, image: Array) -> Checkpoint:
    """Return the checkpoint of a fit that has not begun, of a picture (H, W, C)."""
    whole = with_pictures(replace(options, filter_radius=options.radius, iterations=options.steps), image)
    return Checkpoint(whole, digest(image), {})


def for_picture(options: FitOptions, image: Array) -> FitOptions:
    """Return options for a picture: where the fit starts, and the background that is held, also by such a scene.

    Raises
    ------
    DataError
        If that scene does not go with the picture.
    """
    channels = image.shape[2]
    options = settle_init(started(options, image), image)
    if options.below is not None:
        return _on_top_of(options.below, options, image)
    if is_picture(options.background):
        options = replace(options, background=backing(options.background, image))
    held, given = options.held_background, options.given
    sloping = is_sloping(options.background)
    if sloping and channels == 4:
        raise DataError(f"background {LINEAR} is for opaque pictures, but this one is transparent")
    if given is not None:
        _check_size(given, image)
        if is_picture(options.background):
            return options
        if sloping:
            on_backdrop = with_backdrop(given, image).replace(background=image.mean(axis=(0, 1)))
            fixed = beside_backdrop(as_mapping(options.fixed), given, on_backdrop)
            return replace(options, init=on_backdrop, fixed=fixed)
        if held is None and given.background is None and channels == 3:
            raise DataError("init must be a scene with a background, for the picture is opaque")
        if held is None and given.background is not None and channels == 4:
            held = tuple(given.background.tolist())
    if held is None or sloping or is_picture(options.background):
        return options
    others = {name: value for name, value in as_mapping(options.fixed).items() if name != BACKGROUND}
    init = options.init if given is None else given.replace(background=held)
    return replace(options, background=held, init=init, fixed=others)


def _on_top_of(below: Scene, options: FitOptions, image: Array) -> FitOptions:
    """Return options for the shapes that a scene has less than asked for, on a picture of it."""
    _check_size(below, image)
    if image.shape[2] == 4:
        raise DataError("shapes are put on top of init if the picture is opaque, but this one is transparent")
    if below.background is None:
        raise DataError("init must be a scene with a background, for the picture is opaque")
    behind = render(below, options.radius, options.filter).astype(image.dtype)
    return replace(options, init="random", count=options.count - shapes_in(below), background=Backing(behind, below))


def _check_size(scene: Scene, image: Array) -> None:
    """Refuse a scene that has not the size of the picture."""
    height, width, _ = image.shape
    if (scene.width, scene.height) != (width, height):
        size = f"{scene.width} x {scene.height}"
        raise DataError(f"init must be a scene of the size of the picture, {width} x {height}, not {size}")
