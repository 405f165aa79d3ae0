"""What a person sees of a run: the report, and the page to go through its candidates."""
