"""The three detectors. Each follows :class:`~netravision.detectors.base.Detector`."""
