"""The three detectors. Each follows :class:`~netravision.detectors.protocol.Detector`."""
