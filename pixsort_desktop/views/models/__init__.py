"""Learned models: the dialog that lists, fetches, imports and removes them, and the sentences about what is missing."""
