"""PIXELS -> NUMBERS. How a picture becomes something a computer can compare.

A picture arrives upright, as 8-bit sRGB of some 512 pixels, decoded by the room `photo`. `descriptor.describe`
makes it smaller twice. A very small copy (48 x 48) goes to `colour`, which counts the colours of the upper,
middle and lower third: sky over sea over sand. A small one (192 pixels) goes to `gradients`, which walks over
it on a grid and describes the edges of each little patch, then compares the patches with a codebook of typical
patches and notes how the picture differs from it. Both parts are brought to fixed lengths, so that
the squared distance between two finished vectors is a score for «not the same scene», with known odds.

Where two vectors leave it open, `local_features` looks closer: which corners of one picture are in the other, and
does one movement of the camera explain them?

The vector is stored once, by whoever called; the room `grouping` reads it later. Nothing here knows of files,
databases, windows or threads.
"""
