"""The map of the shoot: every photo at its place in two dimensions.

`desk` has the places worked out and knows when they no longer hold; `points` is the arithmetic of what is where, with
numpy, and is imported by the worker that makes them; `map_view` shows them, `painting` draws, `selection` is what is
selected there and `card` the photo under the pointer, larger.
"""
