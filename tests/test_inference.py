"""A network says the same at every size, whatever it looked at before, and prints nothing."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from netravision import assets
from netravision.inference import Network

STEM = "face_stem.tflite"


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).uniform(-1, 1, (1, height, width, 3)).astype(np.float32)


def by_litert(pixels: np.ndarray) -> list[np.ndarray]:
    """What a new interpreter of the library says."""
    interpreter = Interpreter(model_content=assets.load(STEM))
    (taken,) = interpreter.get_input_details()
    interpreter.resize_tensor_input(taken["index"], pixels.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], pixels)
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()]


def test_larger_smaller_and_equal_inputs_in_turn_give_what_a_new_network_gives() -> None:
    network = Network(assets.load(STEM))
    for shape in [(64, 64), (128, 64), (128, 64), (64, 128), (64, 64), (192, 128)]:
        pixels = noise(*shape)
        outputs, expected = network(pixels), by_litert(pixels)
        assert len(outputs) == len(expected) == 1
        assert outputs[0].shape == (1, shape[0] // 4, shape[1] // 4, 16)
        np.testing.assert_array_equal(outputs[0], expected[0])


def test_an_answer_stays_as_it_is_when_the_next_question_is_asked() -> None:
    network = Network(assets.load(STEM))
    (first,) = network(noise(64, 64))
    kept = first.copy()
    network(-noise(64, 64))
    network(noise(128, 128))
    np.testing.assert_array_equal(first, kept)


def test_nothing_is_printed_while_a_network_is_loaded(capfd: pytest.CaptureFixture[str]) -> None:
    network = Network(assets.load(STEM))
    network(noise(64, 64))
    network(noise(128, 64))
    assert capfd.readouterr() == ("", "")
    # The error stream is open again afterwards.
    os.write(2, b"still heard")
    assert capfd.readouterr().err == "still heard"


def test_what_is_no_network_is_refused_and_the_error_stream_is_open_again(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ValueError, match="not a valid"):
        Network(b"no network at all, but long enough to be read as one")(noise(64, 64))
    os.write(2, b"still heard")
    assert capfd.readouterr().err == "still heard"


def test_threads_that_load_networks_at_once_leave_the_error_stream_open(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def load(number: int) -> None:
        Network(assets.load(STEM))(noise(64, 64 + 64 * (number % 3)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(load, range(48)))
    os.write(2, b"still heard")
    assert capfd.readouterr().err == "still heard"
