"""Free a network of the sizes that its resizing steps are made for.

A network of convolutions takes pictures of any size, but TensorFlow Lite's bilinear resizing has
its result's size written into the file. Where it doubles, four small convolutions do the same:
one for each of the four places that a pixel's quarter has in it, then put side by side. At the
edges, where a convolution sees zeros and bilinear resizing repeats the edge, the sums of weights
that lie within the picture make up for it.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_OPERATOR = schema.BuiltinOperator
_OPTIONS = schema.BuiltinOptions

# Weights, along one side, of a pixel's first and second half: each lies a quarter off its middle.
_HALVES = ((0.25, 0.75, 0.0), (0.0, 0.75, 0.25))


def for_any_size(content: bytes) -> bytes:
    """The network with every bilinear doubling replaced, so that its input can be resized.

    Parameters
    ----------
    content : bytes
        Of a ``.tflite`` file, with half-pixel centers where it resizes.

    Returns
    -------
    bytes
        Of one whose answers are the same up to rounding.

    Raises
    ------
    ValueError
        If a resizing step does anything else than double both sides with half-pixel centers.
    """
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = _Graph(model)
    steps = graph.net.operators
    graph.net.operators = []
    for step in steps:
        if model.operatorCodes[step.opcodeIndex].builtinCode == _OPERATOR.RESIZE_BILINEAR:
            _double(graph, step)
        else:
            graph.net.operators.append(step)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Graph:
    """A network that tensors and steps are added to."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.net = model.subgraphs[0]

    def shape(self, tensor: int) -> tuple[int, ...]:
        return tuple(int(length) for length in self.net.tensors[tensor].shape)

    def tensor(self, shape: tuple[int, ...], values: Any = None) -> int:
        """A new tensor, constant if it has values."""
        made = schema.TensorT()
        made.name = f"any_size_{len(self.net.tensors)}".encode()
        made.shape, made.type, made.buffer = np.array(shape, np.int32), schema.TensorType.FLOAT32, 0
        if values is not None:
            constant = schema.BufferT()
            constant.data = np.frombuffer(np.broadcast_to(values, shape).astype("<f4"), np.uint8)
            self._model.buffers.append(constant)
            made.buffer = len(self._model.buffers) - 1
        self.net.tensors.append(made)
        return len(self.net.tensors) - 1

    def step(self, kind: str, inputs: list[int], output: int, **options: int) -> int:
        """A new step, ``kind`` as the schema spells its options; returns its output."""
        made = schema.OperatorT()
        made.opcodeIndex = self._code(kind)
        made.inputs, made.outputs = np.array(inputs, np.int32), np.array([output], np.int32)
        made.builtinOptionsType = getattr(_OPTIONS, f"{kind}Options")
        made.builtinOptions = getattr(schema, f"{kind}OptionsT")()
        vars(made.builtinOptions).update(options)
        self.net.operators.append(made)
        return output

    def _code(self, kind: str) -> int:
        builtin = getattr(_OPERATOR, _KINDS[kind])
        codes = self._model.operatorCodes
        for number, code in enumerate(codes):
            if code.builtinCode == builtin:
                return number
        made = schema.OperatorCodeT()
        made.builtinCode = made.deprecatedBuiltinCode = builtin
        codes.append(made)
        return len(codes) - 1


_KINDS = {
    "Conv2D": "CONV_2D",
    "DepthwiseConv2D": "DEPTHWISE_CONV_2D",
    "Concatenation": "CONCATENATION",
    "DepthToSpace": "DEPTH_TO_SPACE",
    "Div": "DIV",
}
_SAME = {"padding": schema.Padding.SAME, "strideH": 1, "strideW": 1}
_SAME |= {"dilationHFactor": 1, "dilationWFactor": 1}


def _double(graph: _Graph, step: Any) -> None:
    """Add what does the same as a step that doubles both sides."""
    picture, output = int(step.inputs[0]), int(step.outputs[0])
    _, height, width, channels = graph.shape(picture)
    if graph.shape(output) != (1, 2 * height, 2 * width, channels) or not (
        step.builtinOptions.halfPixelCenters
    ):
        raise ValueError(
            f"expected a doubling with half-pixel centers, got {graph.shape(picture)} resized to "
            f"{graph.shape(output)}"
        )
    # Ones of the picture's size, whatever that is.
    ones = graph.step(
        "Conv2D",
        [picture, graph.tensor((1, 1, 1, channels), 0.0), graph.tensor((1,), 1.0)],
        graph.tensor((1, height, width, 1)),
        **_SAME,
    )
    sums = [_quarters(graph, picture), _quarters(graph, ones)]
    graph.step("Div", sums, output)


def _quarters(graph: _Graph, picture: int) -> int:
    """Twice as high and wide, with zeros taken to lie around the picture."""
    _, height, width, channels = graph.shape(picture)
    zero = graph.tensor((channels,), 0.0)
    parts = [
        graph.step(
            "DepthwiseConv2D",
            [picture, graph.tensor((1, 3, 3, channels), np.outer(down, right)[..., None]), zero],
            graph.tensor((1, height, width, channels)),
            depthMultiplier=1,
            **_SAME,
        )
        for down in _HALVES
        for right in _HALVES
    ]
    beside = graph.tensor((1, height, width, 4 * channels))
    graph.step("Concatenation", parts, beside, axis=3)
    doubled = graph.tensor((1, 2 * height, 2 * width, channels))
    return graph.step("DepthToSpace", [beside], doubled, blockSize=2)
