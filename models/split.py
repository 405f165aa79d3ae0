"""Cut a network in two at a tensor that is all that passes from its first half to its second.

The large tensors of a network of convolutions are its first ones. In a network of their own they
can be worked out for one band of the picture after the other, in the memory that a band takes.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema


def split(content: bytes, tensor: int) -> tuple[bytes, bytes]:
    """The networks before and behind a tensor.

    Parameters
    ----------
    content : bytes
        Of a ``.tflite`` file.
    tensor : int
        Its number in the file.

    Returns
    -------
    before : bytes
        From the inputs of the whole to the tensor.
    behind : bytes
        From the tensor to the outputs of the whole.

    Raises
    ------
    ValueError
        If the network behind the tensor needs the inputs of the whole as well.
    """
    net = schema.ModelT.InitFromPackedBuf(content, 0).subgraphs[0]
    return _part(content, net.inputs, [tensor]), _part(content, [tensor], net.outputs)


def _part(content: bytes, inputs: Any, outputs: Any) -> bytes:
    """The steps that lead from some tensors to others, and nothing that only others need."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    net = model.subgraphs[0]
    kept = {int(tensor) for tensor in (*inputs, *outputs)}
    steps = []
    needed = {int(tensor) for tensor in outputs}
    for step in reversed(net.operators):
        if needed.isdisjoint(step.outputs):
            continue
        steps.append(step)
        kept.update((*step.inputs, *step.outputs))
        needed.update({int(tensor) for tensor in step.inputs}.difference(inputs))
    if passing := needed.intersection(net.inputs).difference(inputs):
        raise ValueError(f"the steps behind also need tensors {passing}; cut at another tensor")
    net.operators = steps[::-1]
    net.inputs, net.outputs = inputs, outputs
    _renumber(model, sorted(kept))
    # What describes inputs and outputs of the whole.
    model.metadata = model.metadataBuffer = model.signatureDefs = None
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _renumber(model: Any, kept: list[int]) -> None:
    """Leave out all other tensors, and what they hold."""
    net = model.subgraphs[0]
    number = {old: new for new, old in enumerate(kept)}

    def renumbered(tensors: Any) -> Any:
        return np.array([number[int(tensor)] for tensor in tensors], np.int32)

    net.tensors = [net.tensors[tensor] for tensor in kept]
    net.inputs, net.outputs = renumbered(net.inputs), renumbered(net.outputs)
    for step in net.operators:
        step.inputs, step.outputs = renumbered(step.inputs), renumbered(step.outputs)
    # By convention the first is empty, and of all tensors that are worked out.
    buffers = [0, *sorted({tensor.buffer for tensor in net.tensors} - {0})]
    model.buffers = [model.buffers[buffer] for buffer in buffers]
    for tensor in net.tensors:
        tensor.buffer = buffers.index(tensor.buffer)
