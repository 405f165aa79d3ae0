"""Vectorized NumPy: arrays in, arrays out. Knows no photo, no watchlist, no detector."""
