"""How well the emblems and symbols of a watchlist can be recognised, before a run."""
