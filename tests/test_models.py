"""The shipped model files: listed, checked, and rebuilt to the same bytes."""

import hashlib
import importlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import cv2
import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from netravision import assets

MODELS = Path(__file__).parent.parent / "models"


@pytest.fixture(scope="module", autouse=True)
def scripts() -> Iterator[None]:
    """The folder's scripts can be imported, as they import each other."""
    sys.path.insert(0, str(MODELS))
    yield
    sys.path.remove(str(MODELS))


@pytest.fixture(scope="module")
def build(scripts: None) -> ModuleType:
    return importlib.import_module("build")


def test_every_shipped_file_is_listed_and_loads(build: ModuleType) -> None:
    shipped = {path.name for path in MODELS.iterdir() if path.suffix in build.SHIPPED_SUFFIXES}
    assert shipped == set(assets.checksums())
    for name in shipped:
        assert hashlib.sha256(assets.load(name)).hexdigest() == assets.checksums()[name]


def test_bundle_is_what_the_script_would_write_again(build: ModuleType) -> None:
    path = MODELS / "hand_landmarker.task"
    with zipfile.ZipFile(path) as bundle:
        members = {
            name: build.checked(bundle.read(name), sha256, name)
            for name, (_member, sha256) in build.HAND_MEMBERS.items()
        }
        assert {entry.compress_type for entry in bundle.infolist()} == {zipfile.ZIP_STORED}
    assert build.stored_zip(members) == path.read_bytes()


def doubling(half_pixels: bool = True) -> bytes:
    """A network of one step: (1, 5, 7, 3) to twice the size."""
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = [schema.OperatorCodeT()]
    model.operatorCodes[0].builtinCode = schema.BuiltinOperator.RESIZE_BILINEAR
    model.operatorCodes[0].deprecatedBuiltinCode = schema.BuiltinOperator.RESIZE_BILINEAR
    model.operatorCodes[0].version = 3
    size = schema.BufferT()
    size.data = np.frombuffer(np.array([10, 14], "<i4"), np.uint8)
    model.buffers = [schema.BufferT(), size]
    net = schema.SubGraphT()
    net.tensors = [schema.TensorT() for _ in range(3)]
    for tensor, shape in zip(net.tensors, ([1, 5, 7, 3], [2], [1, 10, 14, 3]), strict=True):
        tensor.shape = np.array(shape, np.int32)
    net.tensors[1].type, net.tensors[1].buffer = schema.TensorType.INT32, 1
    step = schema.OperatorT()
    step.inputs, step.outputs = np.array([0, 1], np.int32), np.array([2], np.int32)
    step.builtinOptionsType = schema.BuiltinOptions.ResizeBilinearOptions
    step.builtinOptions = schema.ResizeBilinearOptionsT()
    step.builtinOptions.halfPixelCenters = half_pixels
    net.operators = [step]
    net.inputs, net.outputs = np.array([0], np.int32), np.array([2], np.int32)
    model.subgraphs = [net]
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def test_doubling_for_any_size_is_bilinear_resizing_up_to_the_edges() -> None:
    any_size = importlib.import_module("any_size")
    network = Interpreter(model_content=any_size.for_any_size(doubling()))
    for height, width in [(5, 7), (2, 9), (1, 1), (12, 3)]:
        picture = np.random.default_rng(height).normal(size=(height, width, 3)).astype(np.float32)
        network.resize_tensor_input(0, (1, height, width, 3))
        network.allocate_tensors()
        network.set_tensor(0, picture[None])
        network.invoke()
        doubled = network.get_tensor(network.get_output_details()[0]["index"])[0]
        expected = cv2.resize(picture, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
        np.testing.assert_allclose(doubled, expected, atol=1e-5)


def test_other_resizing_is_refused() -> None:
    any_size = importlib.import_module("any_size")
    with pytest.raises(ValueError, match="half-pixel centers"):
        any_size.for_any_size(doubling(half_pixels=False))


def outputs(network: bytes, pixels: np.ndarray) -> list[np.ndarray]:
    made = Interpreter(model_content=network)
    (taken,) = made.get_input_details()
    made.resize_tensor_input(taken["index"], pixels.shape)
    made.allocate_tensors()
    made.set_tensor(taken["index"], pixels)
    made.invoke()
    return [made.get_tensor(output["index"]) for output in made.get_output_details()]


def test_halves_in_turn_say_what_the_whole_says() -> None:
    split = importlib.import_module("split").split
    whole = assets.load("face_trunk.tflite")
    first_step = schema.ModelT.InitFromPackedBuf(whole, 0).subgraphs[0].operators[0]
    before, behind = split(whole, int(first_step.outputs[0]))
    assert len(before) < len(behind) < len(whole)
    noise = np.random.default_rng(1).normal(size=(1, 48, 32, 16)).astype(np.float32)
    (passing,) = outputs(before, noise)
    for half, expected in zip(outputs(behind, passing), outputs(whole, noise), strict=True):
        np.testing.assert_array_equal(half, expected)


def test_a_network_is_not_cut_beside_another_path() -> None:
    split = importlib.import_module("split").split
    whole = assets.load("face_trunk.tflite")
    steps = schema.ModelT.InitFromPackedBuf(whole, 0).subgraphs[0].operators
    with pytest.raises(ValueError, match="cut at another tensor"):
        split(whole, int(steps[len(steps) // 2].outputs[0]))


def test_checksum_mismatch_says_expected_and_got(build: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"wheel: expected SHA-256 0+, got 9f86d0"):
        build.checked(b"test", "0" * 64, "wheel")
