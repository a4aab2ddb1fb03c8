"""The long work, as plain functions: (library, what, progress) -> result.

`import_photos` turns dropped paths into photos, `embed_photos` fills in what is missing, `group_photos` makes
the columns, and `recovery` takes up what was killed. Every step is committed in small batches, so stopping at
any instant keeps what is done. Nothing here knows of a window.
"""
