"""Without a command line: a local page on which a folder is chosen, screened and reviewed."""
