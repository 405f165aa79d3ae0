"""What programs write beside the photos they download, and into their names.

A program has one module here, with one :class:`~netravision.sidecars.base.Reader`; its line in
:data:`netravision.sidecars.known.READERS` is all that the rest needs.
"""
