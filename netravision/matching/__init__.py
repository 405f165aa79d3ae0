"""Finding known pictures in an image: shared by emblems, symbols and material."""
