"""The two networks of our own, for people and for signs, and how they become LiteRT files.

Both stand on one backbone of plain convolutions, which the sign reader takes over from the people
detector. Pixels enter as ``(value - 127.5) / 63.75``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from litert_writer import Writer
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

__all__ = [
    "SIGN_PIXELS",
    "STRIDE",
    "PeopleDetector",
    "SignReaderNetwork",
    "network_input",
    "people_detector_file",
    "sign_reader_file",
]

#: Pixels of a cell of the people detector.
STRIDE = 8
#: Side in pixels of the cut-outs of the sign reader.
SIGN_PIXELS = 128

_MIDDLE, _SCALE = 127.5, 63.75
# The first layer shrinks by 4 at once, so that nothing is computed at half the size.
_STEM_KERNEL, _STEM_STRIDE = 8, 4
# Channels at a 4th, 8th, 16th and 32nd of the size, of the merged 16th, and of the people
# detector's 8th.
_FOURTH, _EIGHTH, _SIXTEENTH, _DEEPEST, _MERGED, _FINE = 32, 64, 96, 112, 64, 64
# At first a hand is thought unlikely everywhere, else the first steps only learn that most cells
# hold none.
_FIRST_LOGIT = -5.0
_KINDS, _BOX_NUMBERS = 2, 4
_SIGN_CHANNELS, _LANDMARK_NUMBERS = 128, 42
_DROPOUT = 0.35

Array = NDArray[Any]


class _Convolution(nn.Sequential):
    """Convolution, batch normalisation and, mostly, a cut at 0."""

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, relu: bool = True
    ) -> None:
        padding = (kernel - stride) // 2 if kernel % 2 == 0 else kernel // 2
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
            nn.BatchNorm2d(outputs),
            *([nn.ReLU(inplace=True)] if relu else []),
        )
        self.stride, self.relu = stride, relu


class _Residual(nn.Module):
    """What is added to the input by two convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _Convolution(channels, channels)
        self.second = _Convolution(channels, channels, relu=False)

    def forward(self, source: Tensor) -> Tensor:
        return functional.relu(source + self.second(self.first(source)))


class _Stage(nn.Sequential):
    """Half the size, then residual blocks."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        residuals = [_Residual(outputs) for _ in range(blocks)]
        super().__init__(_Convolution(inputs, outputs, stride=2), *residuals)


class _Merge(nn.Module):
    """Coarse features doubled in size, added to finer ones."""

    def __init__(self, fine: int, coarse: int, outputs: int) -> None:
        super().__init__()
        self.lateral = nn.Conv2d(fine, outputs, 1)
        self.doubling = nn.Conv2d(coarse, 4 * outputs, 1)

    def forward(self, fine: Tensor, coarse: Tensor) -> Tensor:
        doubled = functional.pixel_shuffle(self.doubling(coarse), 2)
        return functional.relu(self.lateral(fine) + doubled)


class Backbone(nn.Module):
    """Features of pixels at an 8th of the size, and of all around them at a 16th."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _Convolution(3, _FOURTH, kernel=_STEM_KERNEL, stride=_STEM_STRIDE)
        self.eighth = _Stage(_FOURTH, _EIGHTH, 1)
        self.sixteenth = _Stage(_EIGHTH, _SIXTEENTH, 2)
        self.deepest = _Stage(_SIXTEENTH, _DEEPEST, 1)
        self.merge = _Merge(_SIXTEENTH, _DEEPEST, _MERGED)
        self.merged = _Convolution(_MERGED, _MERGED)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, H, W) to (N, 64, H / 8, W / 8) and (N, 64, H / 16, W / 16)."""
        eighth = self.eighth(self.stem(pixels))
        sixteenth = self.sixteenth(eighth)
        return eighth, self.merged(self.merge(sixteenth, self.deepest(sixteenth)))


class PeopleDetector(nn.Module):
    """Hands and heads at any size of picture; about one million weights."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.merge = _Merge(_EIGHTH, _MERGED, _FINE)
        self.head = nn.Sequential(_Convolution(_FINE, _FINE), _Convolution(_FINE, _FINE))
        self.output = nn.Conv2d(_FINE, _KINDS * (1 + _BOX_NUMBERS), 1)
        nn.init.constant_(self.output.bias, 0)
        nn.init.constant_(self.output.bias[:_KINDS], _FIRST_LOGIT)

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer for each cell of 8 x 8 pixels.

        Parameters
        ----------
        pixels : (N, 3, H, W) Tensor
            As from :func:`network_input`; H and W multiples of 32.

        Returns
        -------
        (N, 10, H / 8, W / 8) Tensor
            Logits of a hand and of a head; then for the hand, then for the head, the distance of
            its center from the cell's in cells, x and y, and the logarithms of width and height
            in cells.
        """
        return self.output(self.head(self.merge(*self.backbone(pixels))))


class SignReaderNetwork(nn.Module):
    """What one hand shows, and about where its joints are."""

    def __init__(self, signs: int) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.head = nn.Sequential(
            _Convolution(_MERGED, _SIGN_CHANNELS),
            _Convolution(_SIGN_CHANNELS, _SIGN_CHANNELS, stride=2),
        )
        cells = (SIGN_PIXELS // 32) ** 2
        self.signs = nn.Linear(_SIGN_CHANNELS, signs)
        self.landmarks = nn.Linear(_SIGN_CHANNELS * cells, _LANDMARK_NUMBERS)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Read hands.

        Parameters
        ----------
        pixels : (N, 3, 128, 128) Tensor
            As from :func:`network_input`.

        Returns
        -------
        signs : (N, S) Tensor
            Logits.
        landmarks : (N, 42) Tensor
            x and y of 21 joints from the middle of the cut-out, in halves of its side.
        """
        features = self.head(self.backbone(pixels)[1])
        pooled = functional.dropout(features.mean((2, 3)), _DROPOUT, self.training)
        return self.signs(pooled), self.landmarks(features.flatten(1))


def network_input(images: Iterable[NDArray[np.uint8]]) -> Tensor:
    """(H, W, 3) uint8 RGB images of one size as the (N, 3, H, W) that both networks take."""
    pixels = torch.from_numpy(np.stack(list(images))).permute(0, 3, 1, 2).float()
    pixels.sub_(_MIDDLE).div_(_SCALE)
    return pixels.contiguous(memory_format=torch.channels_last)


def people_detector_file(network: PeopleDetector) -> bytes:
    """LiteRT file: (1, H, W, 3) to (1, H / 8, W / 8, 10), for any multiples of 32."""
    writer = Writer((1, 64, 64, 3))
    eighth, sixteenth = _write_backbone(writer, network.backbone)
    features = _write_merge(writer, eighth, sixteenth, network.merge)
    for layer in network.head:
        features = _write_convolution(writer, features, layer)
    return writer.finish([writer.convolution(features, *_kernel(network.output))])


def sign_reader_file(network: SignReaderNetwork) -> bytes:
    """LiteRT file: (1, 128, 128, 3) to (1, 1, 1, S) logits and (1, 1, 1, 42) landmarks."""
    writer = Writer((1, SIGN_PIXELS, SIGN_PIXELS, 3))
    _, features = _write_backbone(writer, network.backbone)
    for layer in network.head:
        features = _write_convolution(writer, features, layer)
    signs, sign_bias = _kernel(network.signs)
    landmarks, landmark_bias = _kernel(network.landmarks)
    cells = SIGN_PIXELS // 32
    return writer.finish(
        [
            writer.convolution(writer.mean(features), signs[:, :, None, None], sign_bias),
            writer.whole_convolution(
                features,
                landmarks.reshape(_LANDMARK_NUMBERS, _SIGN_CHANNELS, cells, cells),
                landmark_bias,
            ),
        ]
    )


def _write_backbone(writer: Writer, backbone: Backbone) -> tuple[int, int]:
    """Add the backbone; the tensors of its two answers."""
    fourth = _write_convolution(writer, writer.input, backbone.stem)
    eighth = _write_stage(writer, fourth, backbone.eighth)
    sixteenth = _write_stage(writer, eighth, backbone.sixteenth)
    deepest = _write_stage(writer, sixteenth, backbone.deepest)
    merged = _write_merge(writer, sixteenth, deepest, backbone.merge)
    return eighth, _write_convolution(writer, merged, backbone.merged)


def _write_stage(writer: Writer, source: int, stage: _Stage) -> int:
    reduction, *residuals = stage
    source = _write_convolution(writer, source, reduction)
    for residual in residuals:
        added = _write_convolution(writer, source, residual.first)
        source = writer.sum(source, _write_convolution(writer, added, residual.second))
    return source


def _write_merge(writer: Writer, fine: int, coarse: int, merge: _Merge) -> int:
    lateral = writer.convolution(fine, *_kernel(merge.lateral))
    return writer.sum(lateral, writer.doubling(coarse, *_kernel(merge.doubling)))


def _write_convolution(writer: Writer, source: int, layer: _Convolution) -> int:
    """Add a convolution with its batch normalisation folded into it."""
    convolution, normalisation = layer[0], layer[1]
    gain = normalisation.weight / (normalisation.running_var + normalisation.eps).sqrt()
    kernel = convolution.weight * gain[:, None, None, None]
    bias = normalisation.bias - normalisation.running_mean * gain
    return writer.convolution(
        source,
        kernel.detach().numpy(),
        bias.detach().numpy(),
        stride=layer.stride,
        relu=layer.relu,
    )


def _kernel(layer: nn.Conv2d | nn.Linear) -> tuple[Array, Array]:
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()
