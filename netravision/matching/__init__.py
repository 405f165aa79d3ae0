"""Finding a known picture inside another: shared by emblems, symbols and material."""
