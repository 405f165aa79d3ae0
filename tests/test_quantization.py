"""Networks made integer answer nearly as in floating point, at every size."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.hand import render_hand
from models.litert_writer import Writer
from models.quantization import quantized
from netravision import assets
from netravision.inference import signed
from tests.test_litert_writer import run

MODELS = Path(__file__).parent.parent / "models"


def photo(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Soft blotches."""
    coarse = rng.integers(0, 256, (1, height // 8, width // 8, 3))
    return coarse.repeat(8, axis=1).repeat(8, axis=2).astype(np.uint8)


def as_floats(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return ((pixels - np.float32(127.5)) / np.float32(63.75)).astype(np.float32)


def weights(rng: np.random.Generator, outputs: int, inputs: int, size: int) -> tuple:
    kernel = rng.normal(size=(outputs, inputs, size, size)) / size / inputs**0.5
    return kernel, rng.normal(size=outputs) * 0.2


@pytest.fixture
def network() -> bytes:
    """Every layer that our own networks are made of, two answers."""
    rng = np.random.default_rng(3)
    writer = Writer((1, 64, 64, 3))
    fourth = writer.convolution(writer.input, *weights(rng, 16, 3, 8), stride=4, relu=True)
    eighth = writer.convolution(fourth, *weights(rng, 16, 16, 3), stride=2, relu=True)
    added = writer.convolution(eighth, *weights(rng, 16, 16, 3))
    eighth = writer.sum(eighth, added)
    fine = writer.sum(fourth, writer.doubling(eighth, *weights(rng, 64, 16, 1)))
    return writer.finish(
        [
            writer.convolution(fine, *weights(rng, 5, 16, 1)),
            writer.convolution(writer.mean(fine), *weights(rng, 3, 16, 1)),
        ]
    )


@pytest.mark.parametrize(("height", "width"), [(64, 64), (32, 96), (128, 64)])
def test_integers_answer_nearly_as_floats(network: bytes, height: int, width: int) -> None:
    rng = np.random.default_rng(4)
    content = quantized(network, [as_floats(photo(rng, 64, 96)) for _ in range(4)])
    assert len(content) < len(network)
    pixels = photo(rng, height, width)
    expected = run(network, as_floats(pixels))
    answers = run(content, signed(pixels))
    for ours, theirs in zip(answers, expected, strict=True):
        assert ours.dtype == np.float32
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).mean() < 0.01 * np.ptp(theirs)
        assert np.abs(ours - theirs).max() < 0.06 * np.ptp(theirs)


@pytest.mark.parametrize("name", ["people_detector.tflite", "sign_reader.tflite"])
def test_shipped_networks_are_those_that_were_trained(name: str) -> None:
    pixels = cv2.resize(render_hand("two", size_px=100, seed=2).rgb, (128, 128))[None]
    expected = run((MODELS / "float" / name).read_bytes(), as_floats(pixels))
    for ours, theirs in zip(run(assets.load(name), signed(pixels)), expected, strict=True):
        assert np.abs(ours - theirs).mean() < 0.02 * np.ptp(theirs)
