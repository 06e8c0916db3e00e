"""A loss of scenes of one layout, as a function of one flat vector: what an optimiser of one's own needs.

All that can be prepared once is: plans, memory and the target in tiles. What is left for each call is the step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import ArrayLike

from .devices import make_plan, on_gpu, require_device
from .engine.tiles import pack, tile_grid
from .least_squares import LeastSquares
from .mesh import Mesh
from .named import BACKGROUND
from .pictures.arrays import PictureLike, as_array
from .plan import ScenePlan
from .prepared.pool import PlanPool
from .prepared.targets import PreparedTarget, Target, Targets, picture_like, prepared_like
from .regularizers.registry import RegularizedPlan, check_regularizers, weighted_terms
from .rendering import check_gradient, check_loss, check_options, check_radius, check_weight, draw, picture_shape
from .scene import Scene, check_scene
from .shapes import Array
from .vectors import not_finite

if TYPE_CHECKING:
    from .cuda.exchange import Exchange

# Tiles of a picture that one worker draws in a batch. With two, on two cores that others used as well, 64 circles on
# 64 x 64 pixels took 5.7 ms a picture instead of 0.6, as waking the other one takes longer than the work. With Python
# threads over the batch they took 0.7: what is left is mostly Python.
SMALL = 64

_enrolled: WeakValueDictionary[str, Objective] = WeakValueDictionary()
_numbers = count()


class Objective(LeastSquares):
    """The loss of scenes of one layout against a picture, as a function of a flat vector of all their values.

    Parameters
    ----------
    scene : Scene
        Where to start; its layout (canvas, dtype, and of every layer kind, rules and number of shapes) stays.
    target : path, ``"sample:NAME"``, binary stream, PIL image or array, optional
        The picture it should be, as for `value_and_grad`. Without one, every call needs its own.
    loss : str
        As for `value_and_grad`, such as ``"mse"`` or ``"mse + 0.2*ssim"``.
    weight : array_like, shape (height, width), or a picture, optional
        How much every pixel counts, as for `value_and_grad`.
    delta : float
        Error, in units of colour, at which the Huber and Charbonnier losses become linear.
    filter : {"parabolic", "tent", "box"}
        Density of the pixel filter.
    filter_radius : float
        Its radius in pixels.
    regularizers : mapping of str to float, optional
        Weights of terms that are added to the loss, as in `FitOptions`; not for scenes with meshes.
    device : {"cpu", "cuda"}
        Where to compute.
    behind : path, ``"sample:NAME"``, binary stream, PIL image or array, optional
        A picture that is known and lies behind the shapes, in place of the background of the scene, which is not seen.

    Attributes
    ----------
    x : ndarray, shape (n,)
        The values of `scene`, in its dtype, not to be written to: layer after layer the shape parameters (of a mesh the
        vertices), colours and opacities, each array row by row, and the background at the end.
    device : str
        Where it computes.
    name : str
        Unlike that of any other objective.

    Raises
    ------
    ValueError
        If an option is not known or out of range, or the target does not fit; the message names the argument.

    Notes
    -----
    Vectors may be float32 or float64; kernels compute in the dtype of the scene, and gradients come back in the dtype
    of the vector. Threads may share an objective: each of them works with memory of its own, which is kept until the
    objective is dropped. On a GPU they take turns. An objective can be copied, and pickled for another process, where
    it prepares its memory when it is first called.

    With ``device="cuda"`` vectors may be on the GPU, in arrays of any library that speaks the CUDA array interface (of
    PyTorch, CuPy, ...). Then gradients and pictures stay there, and nothing but the loss is copied: they are written to
    what ``out`` is, or are arrays with that interface. Gradients by pictures, which must be there too, are not looked
    at for NaN.

    Examples
    --------
    A fit of one's own, with Adam:

    >>> circles = sr.Layer("circle", [[20.0, 20.0, 8.0]], [[1.0, 0.0, 0.0]])
    >>> objective = sr.Objective(sr.Scene(64, 48, circles), target)
    >>> x = objective.x.copy()
    >>> state = sr.optimizers.adam.init(x)
    >>> for _ in range(200):
    ...     loss, gradient = objective(x)
    ...     step, state = sr.optimizers.adam.update(gradient, state, rate=0.1 * objective.scale)
    ...     x = np.clip(x - step, *objective.bounds)
    >>> scene = objective.scene(x)

    or with SciPy:

    >>> found = scipy.optimize.minimize(objective, objective.x, jac=True, method="L-BFGS-B", bounds=objective.bounds)
    """

    def __init__(
        self,
        scene: Scene,
        target: Target | None = None,
        loss: str = "mse",
        *,
        weight: PictureLike | None = None,
        delta: float = 0.1,
        filter: str = "parabolic",
        filter_radius: float = 1.0,
        regularizers: Mapping[str, float] | None = None,
        device: str = "cpu",
        behind: PictureLike | None = None,
    ) -> None:
        check_scene(scene)
        if behind is not None and scene.background is None:
            scene = scene.replace(background=np.zeros(3, scene.dtype))
        check_options(filter_radius, filter, device)
        require_device(device)
        check_loss(loss, delta)
        for layer in scene.layers if regularizers else ():
            if isinstance(layer, Mesh):
                raise ValueError("regularizers must be None for a scene with a mesh")
            check_regularizers(regularizers or {}, layer.kind)
        weights = None if weight is None else check_weight(weight, scene.width, scene.height)
        super().__init__(scene)
        self._loss, self._weight, self._terms = loss, weights, tuple(regularizers or ())
        self.device, self._filter_radius = device, filter_radius
        self._target = None if target is None else prepared_like(scene, target).tiles
        self._targets = Targets()
        make: Callable[..., ScenePlan] = partial(make_plan, device, scene, filter, loss, delta, weights)
        if behind is not None:
            make = partial(_on_picture, make, pack(picture_like(scene, behind, "behind")))
            self._held = self._hidden = self.where(role=BACKGROUND)
        self._pool = PlanPool(partial(_regularized, make, scene, dict(regularizers or {})), device)
        columns, rows = tile_grid(scene.width, scene.height)
        alone = {"workers": 1} if device == "cpu" and columns * rows <= SMALL else {}
        self._drawing = PlanPool(partial(make, **alone), device) if alone or regularizers else self._pool
        self._enroll()

    def _enroll(self) -> None:
        """Take a name under which `objective_named` finds this one as long as it is there."""
        self.name = str(next(_numbers))
        _enrolled[self.name] = self

    def __copy__(self) -> Objective:
        other = object.__new__(type(self))
        other.__setstate__(self.__dict__)
        return other

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take over what another one knows, also one in another process; plans are made anew there."""
        self.__dict__.update(state)
        self.x.setflags(write=False)
        self._enroll()

    def __repr__(self) -> str:
        free = "" if self._held is None else f", {np.count_nonzero(~self._held)} of them free"
        against = "" if self._target is None else " against a target"
        where = "" if self.device == "cpu" else f" on {self.device}"
        scene = self._layout.template
        return f"Objective({self._loss}{against}{where} of {self.x.size} values{free}: {scene!r})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of its pictures, (height, width, C)."""
        return picture_shape(self._layout.template)

    def prepare(self, target: PictureLike) -> PreparedTarget:
        """Return a picture for calls, in which it then is neither checked nor looked up again."""
        return prepared_like(self._layout.template, target)

    def derived(self, derive: Callable[[ScenePlan], ScenePlan]) -> Objective:
        """Return the same with other plans, which a function makes of its own: see `sdfraster.plan.DerivedPlan`."""
        other, make = copy(self), self._pool.make
        other._drawing = other._pool = PlanPool(lambda: derive(make()), self.device)
        return other

    @contextmanager
    def lend(self) -> Iterator[ScenePlan]:
        """Lend a plan, for work on it itself."""
        with self._pool.lend() as plan:
            yield plan

    def __call__(
        self,
        x: ArrayLike,
        target: Target | None = None,
        *,
        filter_radius: float | None = None,
        out: Array | None = None,
    ) -> tuple[float, Array]:
        """Return the loss of a vector, and its gradient.

        Parameters
        ----------
        x : array_like, shape (n,)
            Values of a scene.
        target : optional
            Another picture than that of the objective. The last ones are kept, and found again by their values; see
            also `prepare`.
        filter_radius : float, optional
            Another one than that of the objective: a wide filter at first lets shapes find what is far away.
        out : ndarray, shape (n,), optional
            Where to put the gradient, in any float dtype; by default a new array.

        Returns
        -------
        float
            The loss, with its regularisers.
        ndarray, shape (n,)
            Its derivative by every value; 0 for values that are not free.

        Raises
        ------
        ValueError
            If `x` has another length or holds NaN, or there is no target or one of another size.
        """
        tiles, rho = self._tiles(target), self._radius(filter_radius)
        if on_gpu(x):
            with self._exchange(self._pool) as there:
                return there.value_and_grad(x, tiles, rho, out)
        vector, gradient = self._checked(x), self._gradient_like(x, out)
        with self._pool.lend() as plan:
            value = plan.value_and_grad(vector, tiles, rho)
            gradient[:] = plan.gradient
        self._hold(gradient)
        return value, gradient

    def render(self, x: ArrayLike, *, filter_radius: float | None = None, out: Array | None = None) -> Array:
        """Return the picture of a vector (height, width, C), that of `sdfraster.render`; into `out`, if given."""
        rho = self._radius(filter_radius)
        if on_gpu(x):
            with self._exchange(self._drawing) as there:
                picture: Array = there.render(x, rho, out)
                return picture
        vector, picture = self._checked(x), self._room(self.shape, out)
        with self._pool.lend() as plan:
            return draw(plan, vector, rho, picture)

    def vjp(
        self, x: ArrayLike, g_image: ArrayLike, *, filter_radius: float | None = None, out: Array | None = None
    ) -> Array:
        """Return the gradient (n,) of a loss by a vector, given that by its picture (height, width, C).

        It is the adjoint of `render`: regularisers and the loss have no part in it. `out` is as for a call.
        """
        rho = self._radius(filter_radius)
        if on_gpu(x):
            with self._exchange(self._drawing) as there:
                gradient: Array = there.vjp(x, g_image, rho, out)
                return gradient
        vector, g = self._checked(x), check_gradient(g_image, self._layout.template)
        gradient = self._gradient_like(x, out)
        with self._pool.lend() as plan:
            plan.vjp(vector, pack(g), rho)
            gradient[:] = plan.gradient
        self._hold(gradient)
        return gradient

    def radius_gradient(
        self, x: ArrayLike, target: Target | None = None, *, filter_radius: float | None = None
    ) -> float:
        """Return the derivative of the loss of a vector by the radius of the filter, where a call has that radius.

        It tells how wide a blur is, together with the shapes that are seen through it. It takes as long as a call
        again, and is computed on the CPU wherever the objective is. It is not for losses with regularizers.
        """
        if self._terms:
            raise ValueError(f"radius_gradient is not for losses with regularizers ({', '.join(self._terms)})")
        vector, tiles, rho = self._checked(x), self._tiles(target), self._radius(filter_radius)
        with self._pool.lend() as plan:
            return plan.radius_gradient(vector, tiles, rho)

    @contextmanager
    def _exchange(self, pool: PlanPool) -> Iterator[Exchange]:
        """Lend what works with arrays on the GPU."""
        if self.device == "cpu":
            raise ValueError('x must be on the CPU, not on a GPU, for the objective is; make it with device="cuda"')
        from .cuda.exchange import Exchange, NotFiniteError
        from .cuda.plan import CudaPlan

        with pool.lend() as plan:
            if not isinstance(plan, CudaPlan):
                raise ValueError("x must be on the CPU, not on a GPU, for losses with regularizers")
            try:
                yield Exchange(plan, self._held)
            except NotFiniteError as error:
                raise ValueError(not_finite(self._layout, *error.args)) from None

    def _tiles(self, target: Target | None) -> Array:
        """Return the target of a call in tiles; None stands for that of the objective."""
        tiles = self._target if target is None else self._targets.tiles(target, self._layout.template)
        if tiles is None:
            raise ValueError("target must be given, to the call or to the Objective, but there is none")
        return tiles

    def _radius(self, filter_radius: float | None) -> float:
        """Return the filter radius of a call; None stands for that of the objective."""
        if filter_radius is None:
            return self._filter_radius
        check_radius(filter_radius)
        return filter_radius

    def render_many(self, many: ArrayLike, *, out: Array | None = None) -> Array:
        """Return the pictures (B, height, width, C) of many vectors (B, n); into `out`, if given.

        One thread draws each of small pictures, which takes less than waking another one.
        """
        vectors = as_array(many, "many")
        if vectors.ndim != 2:
            raise ValueError(f"many must have shape (B, {self.x.size}), a vector in each row, not {vectors.shape}")
        pictures = self._room((len(vectors), *self.shape), out)
        with self._drawing.lend() as plan:
            for x, picture in zip(vectors, pictures, strict=True):
                draw(plan, self._checked(x), self._filter_radius, picture)
        return pictures


def objective_named(name: str) -> Objective:
    """Return an objective by its name, for operators of other libraries that take no objects."""
    return _enrolled[name]


def _on_picture(make: Callable[..., ScenePlan], picture: Array, **changes: Any) -> ScenePlan:
    """Return a plan that paints on a picture in tiles."""
    plan = make(**changes)
    plan.put_on(picture)
    return plan


def _regularized(make: Callable[[], ScenePlan], scene: Scene, weights: Mapping[str, float]) -> ScenePlan:
    """Return a plan with regularisers, if there are any."""
    return RegularizedPlan(make(), weighted_terms(scene, weights)) if weights else make()
