"""A run for other programs: JSON Lines, CSV, Parquet, COCO, and two runs compared."""
