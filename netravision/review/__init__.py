"""What a person sees of a run: the report."""
