"""A neural network shipped with the package, run by LiteRT."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

__all__ = ["Network", "signed", "standard_error_closed"]

_ERROR_STREAM = 2
# What turns 0 … 255 into the bits of -128 … 127.
_SIGN_BIT = np.uint8(128)

# The error stream belongs to all threads. Two that close it at once would leave it closed.
_closing = Lock()


class Network:
    """A network on one thread, as workers are processes. Its input may change its size.

    Only one thread may ask it at a time.

    Parameters
    ----------
    content : bytes
        As ``assets.load`` gives it.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._largest = 0
        self._shape: tuple[int, ...] = ()
        self._interpreter: Any = None

    def __call__(self, pixels: NDArray[Any]) -> list[NDArray[Any]]:
        """All outputs for one input."""
        if pixels.shape != self._shape:
            self._fit(pixels)
        return self._run(pixels)

    def _run(self, pixels: NDArray[Any]) -> list[NDArray[Any]]:
        self._interpreter.set_tensor(self._input, pixels)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(output) for output in self._outputs]

    def _fit(self, pixels: NDArray[Any]) -> None:
        if pixels.size > self._largest:
            # Enlarged, an interpreter holds its old memory and the new at once; a new one does not.
            self._largest = pixels.size
            self._interpreter = None
            self._load(pixels.shape)
        else:
            self._interpreter.resize_tensor_input(self._input, pixels.shape)
            self._interpreter.allocate_tensors()
        self._shape = pixels.shape

    def _load(self, shape: tuple[int, ...]) -> None:
        # LiteRT writes a line about its CPU kernels straight to the error stream, where it would
        # tear the progress bar, and offers no way to stop it. Real errors come as exceptions.
        with standard_error_closed():
            self._interpreter = Interpreter(model_content=self._content, num_threads=1)
            # Asked once: the answers take 0.2 ms, as much as cutting out what is looked at.
            (taken,) = self._interpreter.get_input_details()
            self._input = taken["index"]
            self._interpreter.resize_tensor_input(self._input, shape)
            self._interpreter.allocate_tensors()
        self._outputs = [given["index"] for given in self._interpreter.get_output_details()]


def signed(pixels: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Pixels as networks of 8-bit integers take them.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 ndarray
        C-contiguous; changed in place, as what is returned shares its memory.

    Returns
    -------
    (H, W, 3) int8 ndarray
        Each value less 128.
    """
    return np.bitwise_xor(pixels, _SIGN_BIT, out=pixels).view(np.int8)


@contextmanager
def standard_error_closed() -> Iterator[None]:
    """Swallow what libraries write straight to the error stream, one thread at a time.

    What Python writes there meanwhile is lost, too: only for calls into such a library.
    """
    with _closing:
        kept = os.dup(_ERROR_STREAM)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _ERROR_STREAM)
            os.close(nowhere)
            yield
        finally:
            os.dup2(kept, _ERROR_STREAM)
            os.close(kept)
