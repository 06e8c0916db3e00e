"""Options of fits that can be ended and go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sdfraster.errors import DataError
from sdfraster.lazy import Lazy

from .files import STANDARD, one_file, status
from .options import bundle, single

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sdfraster.fitting import FitOptions
    from sdfraster.fitting.checkpoint import Checkpoint


OWN = "that of --checkpoint"  # what --resume means without the name of a file


@dataclass(frozen=True)
class Keeping:
    """Where checkpoints go to, and where one comes from."""

    checkpoint: str | None = None
    resume: str | None = None

    def __post_init__(self) -> None:
        if self.resume == OWN:
            if self.checkpoint is None:
                raise ValueError("--resume needs the name of a file, or --checkpoint, whose file it is then")
            object.__setattr__(self, "resume", self.checkpoint)
        for option, name in (("--checkpoint", self.checkpoint), ("--resume", self.resume)):
            if name in (STANDARD, ""):
                raise ValueError(f"{option} needs the name of a file, not {name!r}")

    def check_many(self) -> None:
        """Refuse what is for one picture."""
        if self.resume not in (None, self.checkpoint):
            raise click.UsageError(
                f"--resume {self.resume}: many pictures go on from the files of --checkpoint; say --resume alone, "
                "after the pictures"
            )

    @Lazy
    def past(self) -> Checkpoint | None:
        """The checkpoint to go on from, if there is one."""
        from sdfraster.fitting.fit import past_of

        return past_of(self.checkpoint, self.resume)

    @property
    def source(self) -> str | None:
        """The file that is read, unless it will be written over."""
        own = self.resume is None or one_file(status(self.resume), status(self.checkpoint))
        return None if own else self.resume

    def options(self, ctx: click.Context, said: dict[str, Any]) -> FitOptions:
        """Return the options of a fit: those of the command line, or of the fit that goes on what it says of them.

        Raises
        ------
        ValueError
            If one is not valid, or another than before.
        """
        from sdfraster.fitting import FitOptions

        if self.past is None:
            return FitOptions(**said)
        usual = ParameterSource.DEFAULT
        return self.past.options_with(
            {name: value for name, value in said.items() if ctx.get_parameter_source(name) != usual}
        )

    def check(self, options: FitOptions, target: NDArray[Any]) -> None:
        """Refuse a picture, or options for it, that are others than those of the fit that goes on."""
        from sdfraster.fitting.fit import beginning

        if self.past is None:
            return
        try:
            self.past.check(beginning(options, target))
        except DataError:
            raise
        except ValueError as error:
            raise click.UsageError(str(error)) from None


keeping = bundle(
    "keeping",
    Keeping,
    {
        "checkpoint": click.option(
            "--checkpoint",
            multiple=True,
            callback=single,
            type=click.Path(readable=False),
            help="Write to this file, every ten seconds and at the end, where the fit is; of many pictures to one file "
            "each, such as 'ck/{stem}.ckpt'.",
        ),
        "resume": click.option(
            "--resume",
            multiple=True,
            callback=single,
            type=click.Path(readable=False),
            is_flag=False,
            flag_value=OWN,
            help="Go on from a checkpoint, to the same bits as if the fit had not been ended; without a name from that "
            "of --checkpoint, and if there is none yet, the fit begins. Options that are not given are those of the "
            "fit that goes on, but of many pictures they must be given again; --iterations, --count and --polish may "
            "be larger.",
        ),
    },
)
"""Adds the options; the command gets a `Keeping`."""
