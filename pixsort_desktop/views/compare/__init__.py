"""Frames side by side: which of a column's photos is the best.

`contest` says which photos stand where and who comes next; `frame_box` is one of them on screen; `compare` is the page.
"""
