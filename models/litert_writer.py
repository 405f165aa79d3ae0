"""Write small convolutional networks as LiteRT files, for pictures of any size.

Converters bring a second framework and fix the sizes; the few layers that our own networks are
made of are written here directly. Weights are stored as 16-bit floats and unpacked when the file
is loaded, as MediaPipe's networks are.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Array = NDArray[Any]

_TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "float16": schema.TensorType.FLOAT16,
    "int32": schema.TensorType.INT32,
}
# Older readers know codes up to this one only; the full code stands beside it.
_LARGEST_OLD_CODE = 127


class Writer:
    """Adds layers one after the other; a tensor is named by its number.

    Parameters
    ----------
    input_shape : (4,) tuple of int
        Batch, height, width, channels. Height and width may be changed when the file is used, to
        multiples of the network's total stride.
    """

    def __init__(self, input_shape: tuple[int, int, int, int]) -> None:
        empty = schema.BufferT()
        graph = schema.SubGraphT()
        graph.name, graph.tensors, graph.operators = b"main", [], []
        model = schema.ModelT()
        model.version, model.description = 3, b"netravision"
        model.buffers, model.operatorCodes, model.subgraphs = [empty], [], [graph]
        self._model, self._graph = model, graph
        self._shapes: list[tuple[int, ...]] = []
        self.input = self._tensor(input_shape)
        graph.inputs = np.array([self.input], np.int32)

    def convolution(
        self, source: int, kernel: Array, bias: Array, *, stride: int = 1, relu: bool = False
    ) -> int:
        """Add a convolution with PyTorch's padding of half a kernel on each side.

        Parameters
        ----------
        source : int
        kernel : (O, I, K, K) float ndarray
            As PyTorch keeps it.
        bias : (O,) float ndarray
        stride : int
            A divisor of the source's height and width.
        relu : bool
            Cut negative answers.

        Returns
        -------
        int
            The tensor of its answers.
        """
        batch, height, width, _ = self._shapes[source]
        outputs, _, size, _ = kernel.shape
        padding = schema.Padding.SAME
        if stride > 1 and size % 2:
            # LiteRT would pad the far sides only.
            margin = size // 2
            margins = np.array([[0, 0], [margin, 0], [margin, 0], [0, 0]], np.int32)
            padded = self._tensor((batch, height + margin, width + margin, kernel.shape[1]))
            source = self._layer("Pad", [source, self._constant(margins)], padded)
            padding = schema.Padding.VALID
        return self._layer(
            "Conv2D",
            [source, self._weights(kernel.transpose(0, 2, 3, 1)), self._weights(bias)],
            self._tensor((batch, height // stride, width // stride, outputs)),
            padding=padding,
            strideH=stride,
            strideW=stride,
            dilationHFactor=1,
            dilationWFactor=1,
            fusedActivationFunction=_activation(relu),
        )

    def whole_convolution(self, source: int, kernel: Array, bias: Array) -> int:
        """Add a convolution whose kernel is as large as its source: one answer for all of it."""
        batch, _, _, _ = self._shapes[source]
        return self._layer(
            "Conv2D",
            [source, self._weights(kernel.transpose(0, 2, 3, 1)), self._weights(bias)],
            self._tensor((batch, 1, 1, len(kernel))),
            padding=schema.Padding.VALID,
            strideH=1,
            strideW=1,
            dilationHFactor=1,
            dilationWFactor=1,
            fusedActivationFunction=_activation(False),
        )

    def sum(self, first: int, second: int) -> int:
        """Add two tensors of one shape and cut what is negative."""
        target = self._tensor(self._shapes[first])
        return self._layer(
            "Add", [first, second], target, fusedActivationFunction=_activation(True)
        )

    def mean(self, source: int) -> int:
        """Add the mean over height and width."""
        batch, _, _, channels = self._shapes[source]
        axes = self._constant(np.array([1, 2], np.int32))
        return self._layer(
            "Reducer", [source, axes], self._tensor((batch, 1, 1, channels)), keepDims=True
        )

    def doubling(self, source: int, kernel: Array, bias: Array) -> int:
        """Add a convolution of one pixel whose answers are the four quarters of each pixel.

        Parameters
        ----------
        source : int
        kernel : (4 * C, I, 1, 1) float ndarray
            As for PyTorch's ``pixel_shuffle``.
        bias : (4 * C,) float ndarray
        """
        # PyTorch has the quarters of a channel side by side, LiteRT the channels of a quarter.
        order = np.arange(len(kernel)).reshape(-1, 4).T.ravel()
        quarters = self.convolution(source, kernel[order], bias[order])
        batch, height, width, channels = self._shapes[quarters]
        target = self._tensor((batch, 2 * height, 2 * width, channels // 4))
        return self._layer("DepthToSpace", [quarters], target, blockSize=2)

    def finish(self, outputs: list[int]) -> bytes:
        """The file; the same layers always give the same bytes."""
        self._graph.outputs = np.array(outputs, np.int32)
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _weights(self, values: Array) -> int:
        stored = self._constant(values.astype(np.float16))
        return self._layer("Dequantize", [stored], self._tensor(values.shape))

    def _constant(self, values: Array) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        return self._tensor(values.shape, str(values.dtype), len(self._model.buffers) - 1)

    def _tensor(self, shape: tuple[int, ...], kind: str = "float32", buffer: int = 0) -> int:
        tensor = schema.TensorT()
        tensor.name = f"tensor_{len(self._shapes)}".encode()
        tensor.shape, tensor.type, tensor.buffer = np.array(shape, np.int32), _TYPES[kind], buffer
        self._graph.tensors.append(tensor)
        self._shapes.append(shape)
        return len(self._shapes) - 1

    def _layer(self, kind: str, inputs: list[int], output: int, **options: Any) -> int:
        layer = schema.OperatorT()
        layer.opcodeIndex = self._code(_CODES[kind])
        layer.inputs, layer.outputs = np.array(inputs, np.int32), np.array([output], np.int32)
        layer.builtinOptionsType = getattr(schema.BuiltinOptions, f"{kind}Options")
        layer.builtinOptions = getattr(schema, f"{kind}OptionsT")()
        vars(layer.builtinOptions).update(options)
        self._graph.operators.append(layer)
        return output

    def _code(self, builtin: int) -> int:
        codes = self._model.operatorCodes
        for number, code in enumerate(codes):
            if code.builtinCode == builtin:
                return number
        code = schema.OperatorCodeT()
        code.builtinCode, code.version = builtin, 1
        code.deprecatedBuiltinCode = min(builtin, _LARGEST_OLD_CODE)
        codes.append(code)
        return len(codes) - 1


_CODES = {
    "Add": schema.BuiltinOperator.ADD,
    "Conv2D": schema.BuiltinOperator.CONV_2D,
    "DepthToSpace": schema.BuiltinOperator.DEPTH_TO_SPACE,
    "Dequantize": schema.BuiltinOperator.DEQUANTIZE,
    "Pad": schema.BuiltinOperator.PAD,
    "Reducer": schema.BuiltinOperator.MEAN,
}


def _activation(relu: bool) -> int:
    kinds = schema.ActivationFunctionType
    return int(kinds.RELU if relu else kinds.NONE)
