"""Layers written as LiteRT files answer as plain NumPy does."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.litert_writer import Writer

Array = NDArray[np.float32]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def random_weights(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers that 16-bit floats hold exactly, as the writer stores them so."""
    return rng.normal(size=shape).astype(np.float16).astype(np.float32)


def run(content: bytes, pixels: NDArray[np.generic]) -> list[Array]:
    interpreter = Interpreter(model_content=content, num_threads=1)
    (taken,) = interpreter.get_input_details()
    interpreter.resize_tensor_input(taken["index"], pixels.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], pixels)
    interpreter.invoke()
    return [interpreter.get_tensor(output["index"]) for output in interpreter.get_output_details()]


def convolved(pixels: Array, kernel: Array, bias: Array, stride: int, margin: int) -> Array:
    """One output after the other: kernel (O, I, K, K), `margin` zeros on each side."""
    size = kernel.shape[2]
    padded = np.pad(pixels[0], ((margin, margin), (margin, margin), (0, 0)))
    rows = (padded.shape[0] - size) // stride + 1
    columns = (padded.shape[1] - size) // stride + 1
    answers = np.empty((1, rows, columns, len(kernel)), np.float32)
    for row in range(rows):
        for column in range(columns):
            part = padded[row * stride :, column * stride :][:size, :size]
            answers[0, row, column] = np.einsum("yxi,oiyx->o", part, kernel) + bias
    return answers


@pytest.mark.parametrize(
    ("size", "stride", "margin"),
    [
        (1, 1, 0),
        (3, 1, 1),
        (3, 2, 1),  # LiteRT alone would pad the far sides only
        (8, 4, 2),
    ],
)
@pytest.mark.parametrize("relu", [False, True])
def test_convolution_pads_half_a_kernel_on_each_side(
    rng: np.random.Generator, size: int, stride: int, margin: int, relu: bool
) -> None:
    kernel, bias = random_weights(rng, 5, 3, size, size), random_weights(rng, 5)
    writer = Writer((1, 16, 16, 3))
    layer = writer.convolution(writer.input, kernel, bias, stride=stride, relu=relu)
    pixels = random_weights(rng, 1, 16, 16, 3)
    (answers,) = run(writer.finish([layer]), pixels)
    expected = convolved(pixels, kernel, bias, stride, margin)
    np.testing.assert_allclose(answers, np.maximum(expected, 0) if relu else expected, atol=1e-4)
    assert (expected < 0).any()


def test_height_and_width_may_change(rng: np.random.Generator) -> None:
    kernel, bias = random_weights(rng, 4, 3, 3, 3), random_weights(rng, 4)
    writer = Writer((1, 8, 8, 3))
    content = writer.finish([writer.convolution(writer.input, kernel, bias, stride=2)])
    for height, width in ((8, 8), (4, 12), (20, 6)):
        pixels = random_weights(rng, 1, height, width, 3)
        (answers,) = run(content, pixels)
        np.testing.assert_allclose(answers, convolved(pixels, kernel, bias, 2, 1), atol=1e-4)


def test_whole_convolution_gives_one_answer(rng: np.random.Generator) -> None:
    kernel, bias = random_weights(rng, 6, 3, 4, 4), random_weights(rng, 6)
    writer = Writer((1, 4, 4, 3))
    content = writer.finish([writer.whole_convolution(writer.input, kernel, bias)])
    pixels = random_weights(rng, 1, 4, 4, 3)
    (answers,) = run(content, pixels)
    assert answers.shape == (1, 1, 1, 6)
    np.testing.assert_allclose(answers, convolved(pixels, kernel, bias, 1, 0), atol=1e-4)


def test_sum_cuts_what_is_negative(rng: np.random.Generator) -> None:
    kernel, bias = random_weights(rng, 3, 3, 1, 1), random_weights(rng, 3)
    writer = Writer((1, 4, 4, 3))
    other = writer.convolution(writer.input, kernel, bias)
    content = writer.finish([writer.sum(writer.input, other)])
    pixels = random_weights(rng, 1, 4, 4, 3)
    (answers,) = run(content, pixels)
    expected = np.maximum(pixels + convolved(pixels, kernel, bias, 1, 0), 0)
    np.testing.assert_allclose(answers, expected, atol=1e-4)


def test_mean_is_taken_over_height_and_width(rng: np.random.Generator) -> None:
    writer = Writer((1, 4, 8, 3))
    content = writer.finish([writer.mean(writer.input)])
    pixels = random_weights(rng, 1, 4, 8, 3)
    (answers,) = run(content, pixels)
    np.testing.assert_allclose(answers, pixels.mean(axis=(1, 2), keepdims=True), atol=1e-5)


def test_doubling_lays_the_answers_of_a_pixel_out_as_its_quarters(
    rng: np.random.Generator,
) -> None:
    kernel, bias = random_weights(rng, 8, 3, 1, 1), random_weights(rng, 8)
    writer = Writer((1, 4, 6, 3))
    content = writer.finish([writer.doubling(writer.input, kernel, bias)])
    pixels = random_weights(rng, 1, 4, 6, 3)
    (answers,) = run(content, pixels)
    quarters = convolved(pixels, kernel, bias, 1, 0)
    expected = np.empty((1, 8, 12, 2), np.float32)
    for channel in range(2):
        for down in range(2):
            for right in range(2):
                number = 4 * channel + 2 * down + right
                expected[0, down::2, right::2, channel] = quarters[0, :, :, number]
    np.testing.assert_allclose(answers, expected, atol=1e-4)


def test_outputs_come_in_the_order_asked_for(rng: np.random.Generator) -> None:
    kernel, bias = random_weights(rng, 2, 3, 1, 1), random_weights(rng, 2)
    writer = Writer((1, 4, 4, 3))
    coarse, mean = writer.convolution(writer.input, kernel, bias), writer.mean(writer.input)
    answers = run(writer.finish([mean, coarse]), random_weights(rng, 1, 4, 4, 3))
    assert [answer.shape for answer in answers] == [(1, 1, 1, 3), (1, 4, 4, 2)]


def test_same_layers_give_the_same_bytes() -> None:
    def content() -> bytes:
        writer = Writer((1, 4, 4, 3))
        kernel, bias = np.ones((2, 3, 3, 3), np.float32), np.zeros(2, np.float32)
        return writer.finish([writer.convolution(writer.input, kernel, bias)])

    assert content() == content()
