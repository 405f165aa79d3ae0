"""Marks that are redrawn, found by templates: emblems and symbols."""
