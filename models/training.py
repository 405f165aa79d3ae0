"""The loop that trains both networks: the same steps, however often it is stopped on its way."""

from __future__ import annotations

import math
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from netravision.atomic_write import atomic_write

__all__ = ["Length", "Recipe", "StepLosses", "train", "training_parser", "write_network"]

# Iterations between two checkpoints; a stop loses less.
CHECKPOINT_EVERY = 200
PRINT_EVERY = 100
_LARGEST_GRADIENT = 5.0
# While the mean of weights is young it follows them faster.
_YOUNG = 10

AnyModule = TypeVar("AnyModule", bound=nn.Module)
#: Losses of one step by name; their sum is made small.
StepLosses = dict[str, Tensor]


class _LossOfStep(Protocol):
    def __call__(self, network: nn.Module, rng: np.random.Generator) -> StepLosses: ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are learned.

    Attributes
    ----------
    learning_rate : float
        Of AdamW, after warming up; it falls along half a cosine.
    last_share : float
        What is left of it at the end, as a share.
    warm_up : int
        Iterations in which it rises from 0.
    weight_decay : float
    mean_decay : float
        Of the running mean of all weights, which is what is kept.
    """

    learning_rate: float
    last_share: float
    warm_up: int
    weight_decay: float
    mean_decay: float


@dataclass(frozen=True, slots=True)
class Length:
    """How long a training lasts; by iterations it does not depend on how busy the machine is.

    Attributes
    ----------
    iterations : int
    minutes : float, optional
        Instead of the iterations.
    """

    iterations: int
    minutes: float | None = None

    def progress(self, iteration: int, seconds: float) -> float:
        """What share of the training is done."""
        if self.minutes is None:
            return iteration / self.iterations
        return seconds / (60 * self.minutes)


def training_parser(description: str, iterations: int, what: str, output: Path) -> ArgumentParser:
    """The options that every training takes.

    Parameters
    ----------
    description : str
    iterations : int
        By default.
    what : str
        That the length is of.
    output : Path
        What :func:`write_network` writes without ``--output``.
    """
    parser = ArgumentParser(description=description)
    parser.add_argument("--teacher", type=Path, required=True, help="the teacher's .tflite file")
    parser.add_argument("--work", type=Path, required=True, help="for checkpoints and looks")
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--iterations", type=int, default=iterations, help=f"of {what} (%(default)s)"
    )
    length.add_argument("--minutes", type=float, help=f"of {what}, instead of iterations")
    parser.add_argument("--leave-out", choices=("a", "b", "none"), default="none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help=f"instead of models/{output.name}")
    return parser


def write_network(content: bytes, arguments: Namespace, output: Path) -> None:
    """Write a ``.tflite`` file where it was asked for.

    What was trained without some of the sources is for measuring: without ``--output`` it is not
    written.
    """
    if arguments.output:
        arguments.output.write_bytes(content)
    elif arguments.leave_out == "none":
        output.write_bytes(content)


def train(
    make: Callable[[], AnyModule],
    losses_of_step: _LossOfStep,
    recipe: Recipe,
    length: Length,
    *,
    seed: int,
    checkpoint: Path,
) -> AnyModule:
    """Train on one thread; with the same arguments, go on where it was stopped.

    Parameters
    ----------
    make : callable
        Returns the network to start with.
    losses_of_step : callable
        Given the network and a generator, the losses of a batch. All that is random must come from
        this generator or from torch's: both are seeded anew for each iteration, so a training that
        was stopped ends with the same weights as one that was not.
    recipe : Recipe
    length : Length
    seed : int
    checkpoint : Path
        Read if it exists, and written on the way and at the end.

    Returns
    -------
    nn.Module
        With the running mean of the weights, ready to be asked.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = make()
    mean = make()
    mean.load_state_dict(network.state_dict())
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=recipe.weight_decay)
    iteration, seconds = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        mean.load_state_dict(state["mean"])
        optimizer.load_state_dict(state["optimizer"])
        iteration, seconds = state["iteration"], state["seconds"]
        print(f"{checkpoint.name}: going on at iteration {iteration}", flush=True)
    started = time.monotonic() - seconds

    def save() -> None:
        with atomic_write(checkpoint) as stream:
            torch.save(
                {
                    "network": network.state_dict(),
                    "mean": mean.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "iteration": iteration,
                    "seconds": time.monotonic() - started,
                },
                stream,
            )

    sums: dict[str, float] = {}
    while (progress := length.progress(iteration, time.monotonic() - started)) < 1:
        falling = (1 + math.cos(math.pi * progress)) / 2
        rate = recipe.last_share + (1 - recipe.last_share) * falling
        rate *= recipe.learning_rate * min(1, (iteration + 1) / recipe.warm_up)
        for group in optimizer.param_groups:
            group["lr"] = rate
        rng = np.random.default_rng((seed, iteration))
        torch.manual_seed(int(rng.integers(2**62)))
        losses = losses_of_step(network, rng)
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
        optimizer.step()
        iteration += 1
        _follow(mean, network, min(recipe.mean_decay, iteration / (iteration + _YOUNG)))
        for name, loss in losses.items():
            sums[name] = sums.get(name, 0.0) + loss.item()
        if iteration % PRINT_EVERY == 0:
            means = "  ".join(f"{name} {total / PRINT_EVERY:.3f}" for name, total in sums.items())
            print(f"{iteration}  {(time.monotonic() - started) / 60:.1f} min  {means}", flush=True)
            sums = {}
        if iteration % CHECKPOINT_EVERY == 0:
            save()
    save()
    return mean.eval()


@torch.no_grad()
def _follow(mean: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the running mean of all weights on by one step."""
    pairs = zip(mean.state_dict().values(), network.state_dict().values(), strict=True)
    for kept, now in pairs:
        if kept.dtype.is_floating_point:
            kept.lerp_(now, 1 - decay)
        else:  # the number of batches that a normalisation has seen
            kept.copy_(now)
