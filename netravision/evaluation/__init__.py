"""A run measured by what people say is in its photos."""
