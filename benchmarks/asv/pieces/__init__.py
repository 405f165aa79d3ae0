"""Pieces of the core, timed by asv."""

import os

# One thread, as a worker has; read when NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
