"""A photo seen large.

A photo's pixels come on three roads, each sharper and later than the one before: its tile's picture is in the
`ThumbnailLoader` already, the 512 px thumbnail is read from disk in a few milliseconds, and `Frames` decodes the
original at exactly the size in which it is looked at. `Viewpoint` says which part is seen and how large, `Canvas`
paints it. `Loupe` is the page with one photo, its caption and the filmstrip of its neighbours.
"""
