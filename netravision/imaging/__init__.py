"""Image and video files to pixels: the only package that opens them."""
