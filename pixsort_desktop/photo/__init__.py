"""One file on disk becomes facts and pixels.

`scan` walks what the user dropped and names each file that `formats` calls a photo. `reading` opens such a
file, once and read-only, and everything comes from that one buffer: its SHA-256 (which is the photo's
identity), what `metadata` finds in it besides the picture, and the small upright sRGB picture that `decode` makes.
The thumbnail is that picture as a JPEG; the embedding is computed from the same pixels later.

A file that cannot be read ends as `errors.PhotoError`, whose text is one sentence for the user. Nothing
here knows of Qt or of the library, and nothing here writes to a photo.
"""
