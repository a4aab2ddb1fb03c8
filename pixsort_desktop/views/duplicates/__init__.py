"""Copies of photos, set by set: which of them stays is decided here, and asked once before anything goes."""
