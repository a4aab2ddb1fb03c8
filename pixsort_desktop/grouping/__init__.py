"""NUMBERS -> GROUPS. How vectors become columns of photographs that belong together.

A project's vectors arrive as one matrix, a row a photo. `neighbours` finds each row's nearest others, block by
block, and joins all rows by the shortest possible bridges (a minimum spanning tree). `calibration` knows, for an
embedding whose odds were measured, which distance means «rather the same scene than not»; bridges longer than
that hold nothing together. `evidence` shortens bridges between photos that match point by point, `moments` those
between frames of one moment. `density` reads the tree as HDBSCAN does and answers with a label for every row.

Pure functions on arrays: no files, no database, no threads, no clock; the same rows give the same groups.
"""
