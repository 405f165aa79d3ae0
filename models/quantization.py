"""Turn a network that ``litert_writer`` wrote into one of 8-bit integers.

Weights get a scale for each channel of the answers, other tensors one scale each, chosen by what
they hold when the network looks at some photos. Convolutions whose answers are what the network
answers stay in floating point: they cost next to nothing, and their answers have too wide a range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

__all__ = ["quantized"]

Array = NDArray[Any]
Floats = NDArray[np.float32]

_Kind, _Type = schema.BuiltinOperator, schema.TensorType
_LOWEST, _HIGHEST = -128, 127
# Pixels enter as (pixel - 127.5) / 63.75; as integers they are pixel - 128, half a level less.
_PIXEL_SCALE, _HALF_LEVEL = 1 / 63.75, 0.5
# Share of a tensor's values at either end that may be cut: a scale for the very largest leaves few
# levels to the rest.
_CUT = 1e-5
# Least version of each layer that takes 8-bit integers; Dequantize also takes 16-bit floats.
_VERSIONS = {
    _Kind.ADD: 2,
    _Kind.CONV_2D: 3,
    _Kind.DEPTH_TO_SPACE: 2,
    _Kind.DEQUANTIZE: 3,
    _Kind.MEAN: 1,
    _Kind.PAD: 2,
    _Kind.SPACE_TO_DEPTH: 2,
}
_KINDS = {
    "Dequantize": _Kind.DEQUANTIZE,
    "Pad": _Kind.PAD,
    "SpaceToDepth": _Kind.SPACE_TO_DEPTH,
}


class _Levels(NamedTuple):
    """Values are ``scale * (level - zero)``."""

    scale: float
    zero: int


def quantized(content: bytes, inputs: Iterable[Floats]) -> bytes:
    """The same network in 8-bit integers.

    Parameters
    ----------
    content : bytes
        As ``litert_writer.Writer.finish`` gives it; the network takes (1, H, W, 3) pixels as
        ``(pixel - 127.5) / 63.75``.
    inputs : iterable of (1, H, W, 3) float32 ndarray
        Photos by which the scales are chosen, for that network.

    Returns
    -------
    bytes
        Of a network that takes ``pixel - 128`` as int8; its answers are float32 as before.
    """
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    _Quantizer(model, _ranges(content, inputs)).rewrite()
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _ranges(content: bytes, inputs: Iterable[Floats]) -> dict[int, tuple[float, float]]:
    """What each tensor of 32-bit floats holds: 0, and all but few of its values."""
    interpreter = Interpreter(
        model_content=content,
        num_threads=1,
        # The usual kernels keep what is between layers to themselves.
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    (taken,) = interpreter.get_input_details()
    floats = [
        each["index"] for each in interpreter.get_tensor_details() if each["dtype"] == np.float32
    ]
    ranges: dict[int, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for pixels in inputs:
        interpreter.resize_tensor_input(taken["index"], pixels.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], pixels)
        interpreter.invoke()
        for tensor in floats:
            values = interpreter.get_tensor(tensor).ravel()
            few = int(len(values) * _CUT)
            values = np.partition(values, (few, len(values) - 1 - few))
            low, high = float(values[few]), float(values[len(values) - 1 - few])
            ranges[tensor] = min(ranges[tensor][0], low), max(ranges[tensor][1], high)
    return ranges


class _Quantizer:
    """Rewrites the layers of a model one after the other."""

    def __init__(self, model: Any, ranges: dict[int, tuple[float, float]]) -> None:
        self._model, self._graph, self._ranges = model, model.subgraphs[0], ranges
        self._kinds = [code.builtinCode for code in model.operatorCodes]
        # Tensors of weights, and the 16-bit floats that they are unpacked from.
        self._stored = {
            int(layer.outputs[0]): int(layer.inputs[0])
            for layer in self._graph.operators
            if self._kind(layer) == _Kind.DEQUANTIZE
        }
        self._levels: dict[int, _Levels] = {}
        self._as_float: dict[int, int] = {}
        self._layers: list[Any] = []

    def rewrite(self) -> None:
        """Change the model."""
        layers = list(self._graph.operators)
        in_float = self._stay_in_float(layers)
        (pixels,) = self._graph.inputs
        self._set_levels(pixels, _Levels(_PIXEL_SCALE, 0))
        for number, layer in enumerate(layers):
            if self._kind(layer) == _Kind.DEQUANTIZE:
                continue  # comes with the layer that needs it
            if number in in_float:
                layer.inputs = np.array([self._float(each) for each in layer.inputs], np.int32)
            else:
                self._to_integers(layer)
            self._layers.append(layer)
        self._graph.operators = self._layers
        for code in self._model.operatorCodes:
            code.version = _VERSIONS[code.builtinCode]

    def _stay_in_float(self, layers: list[Any]) -> set[int]:
        """Layers that answer, and those without weights that only feed such."""
        users: dict[int, list[int]] = defaultdict(list)
        for number, layer in enumerate(layers):
            for tensor in layer.inputs:
                users[int(tensor)].append(number)
        answers, chosen = set(map(int, self._graph.outputs)), set[int]()
        for number in reversed(range(len(layers))):
            target = int(layers[number].outputs[0])
            weightless = self._kind(layers[number]) not in (_Kind.CONV_2D, _Kind.DEQUANTIZE)
            if target in answers or (weightless and chosen.issuperset(users[target])):
                chosen.add(number)
        return chosen

    def _to_integers(self, layer: Any) -> None:
        source, target, kind = int(layer.inputs[0]), int(layer.outputs[0]), self._kind(layer)
        if kind in (_Kind.PAD, _Kind.DEPTH_TO_SPACE):
            self._set_levels(target, self._levels[source])
            return
        if kind == _Kind.CONV_2D:
            weights = self._integer_weights(layer)
            if source in self._graph.inputs:
                source = self._by_squares(layer, weights[0])
            layer.inputs = np.array([source, *weights], np.int32)
        self._set_levels(target, _levels(*self._ranges[target]))

    def _integer_weights(self, layer: Any) -> tuple[int, int]:
        """The tensors of the kernel and of what is added, which is kept in 32 bits."""
        source, *weights = map(int, layer.inputs)
        kernel, bias = (self._values(tensor) for tensor in weights)
        scale = self._levels[source].scale
        if source in self._graph.inputs:
            bias = bias + _HALF_LEVEL * scale * kernel.sum(axis=(1, 2, 3))
        largest = np.abs(kernel).max(axis=(1, 2, 3))
        scales = np.maximum(largest, np.finfo(np.float32).tiny) / _HIGHEST
        levels = np.round(kernel / scales[:, None, None, None]).astype(np.int8)
        kernel_tensor, bias_tensor = (self._stored[tensor] for tensor in weights)
        self._store(kernel_tensor, levels, _Type.INT8, scales)
        added = np.round(bias / (scale * scales)).astype(np.int32)
        self._store(bias_tensor, added, _Type.INT32, scale * scales)
        return kernel_tensor, bias_tensor

    def _by_squares(self, layer: Any, kernel: int) -> int:
        """Let the first convolution see squares of pixels, as wide as its stride, as one pixel.

        That gives the same answers: kernels of three channels use little of what a processor
        computes at once, and LiteRT keeps a pointer for each pixel under each kernel.

        Returns
        -------
        int
            The tensor of squares.
        """
        stride, options = layer.builtinOptions.strideH, layer.builtinOptions
        (source,) = self._graph.inputs
        batch, height, width, channels = map(int, self._graph.tensors[source].shape)
        stored = self._graph.tensors[kernel]
        answers, size = map(int, stored.shape[:2])
        across, margin = size // stride, (size - stride) // 2
        buffer = self._model.buffers[stored.buffer]
        parts = buffer.data.reshape(answers, across, stride, across, stride, channels)
        buffer.data = parts.transpose(0, 1, 3, 2, 4, 5).ravel()
        stored.shape = np.array([answers, across, across, stride**2 * channels], np.int32)
        options.strideH = options.strideW = 1
        options.padding = schema.Padding.VALID
        padded = self._tensor((batch, height + 2 * margin, width + 2 * margin, channels))
        margins = self._constant(np.array([[0, 0], [margin] * 2, [margin] * 2, [0, 0]], np.int32))
        self._add("Pad", [source, margins], padded)
        rows, columns = (side // stride + across - 1 for side in (height, width))
        squares = self._tensor((batch, rows, columns, stride**2 * channels))
        self._add("SpaceToDepth", [padded], squares, blockSize=stride)
        for tensor in (padded, squares):
            self._set_levels(tensor, self._levels[source])
        return squares

    def _float(self, tensor: int) -> int:
        """The tensor in 32-bit floats; itself, if it holds such or indices."""
        if tensor in self._stored:
            self._add("Dequantize", [self._stored[tensor]], tensor)
        elif tensor in self._levels:
            if tensor not in self._as_float:
                self._as_float[tensor] = self._tensor(self._graph.tensors[tensor].shape)
                self._add("Dequantize", [tensor], self._as_float[tensor])
            return self._as_float[tensor]
        return tensor

    def _add(self, name: str, inputs: list[int], target: int, **options: int) -> None:
        """Append a layer."""
        kind = _KINDS[name]
        if kind not in self._kinds:
            code = schema.OperatorCodeT()
            code.builtinCode = code.deprecatedBuiltinCode = kind
            self._model.operatorCodes.append(code)
            self._kinds.append(kind)
        layer = schema.OperatorT()
        layer.opcodeIndex = self._kinds.index(kind)
        layer.inputs, layer.outputs = np.array(inputs, np.int32), np.array([target], np.int32)
        layer.builtinOptionsType = getattr(schema.BuiltinOptions, f"{name}Options")
        layer.builtinOptions = getattr(schema, f"{name}OptionsT")()
        vars(layer.builtinOptions).update(options)
        self._layers.append(layer)

    def _tensor(self, shape: Sequence[int]) -> int:
        tensor = schema.TensorT()
        tensor.name = f"tensor_{len(self._graph.tensors)}".encode()
        tensor.shape, tensor.type, tensor.buffer = np.array(shape, np.int32), _Type.FLOAT32, 0
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def _constant(self, values: NDArray[np.int32]) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        number = self._tensor(values.shape)
        tensor = self._graph.tensors[number]
        tensor.type, tensor.buffer = _Type.INT32, len(self._model.buffers) - 1
        return number

    def _set_levels(self, tensor: int, levels: _Levels) -> None:
        self._levels[tensor] = levels
        self._graph.tensors[tensor].type = _Type.INT8
        self._set_scales(tensor, np.array([levels.scale]), levels.zero)

    def _store(self, tensor: int, values: Array, kind: int, scales: Array) -> None:
        self._graph.tensors[tensor].type = kind
        buffer = self._model.buffers[self._graph.tensors[tensor].buffer]
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._set_scales(tensor, scales, 0)

    def _set_scales(self, tensor: int, scales: Array, zero: int) -> None:
        """One scale, or one for each answer of a convolution; the first axis is that of them."""
        levels = schema.QuantizationParametersT()
        levels.scale = scales.astype(np.float32)
        levels.zeroPoint = np.full(len(scales), zero, np.int64)
        levels.quantizedDimension = 0
        self._graph.tensors[tensor].quantization = levels

    def _values(self, tensor: int) -> Floats:
        stored = self._graph.tensors[self._stored[tensor]]
        content = bytes(self._model.buffers[stored.buffer].data)
        return np.frombuffer(content, np.float16).reshape(stored.shape).astype(np.float32)

    def _kind(self, layer: Any) -> int:
        return self._kinds[layer.opcodeIndex]


def _levels(low: float, high: float) -> _Levels:
    scale = max(high - low, float(np.finfo(np.float32).tiny)) / (_HIGHEST - _LOWEST)
    return _Levels(scale, int(np.clip(round(_LOWEST - low / scale), _LOWEST, _HIGHEST)))
