"""The durable truth: one SQLite file that remembers photos, projects, groups and what the user decided.

A write is a small function given to `Library.write`; the writer thread runs it in one transaction and then
announces what it touched as a `ChangeSet`. Reads go through a read-only connection of the calling thread.
The queries stand in modules named for their subject: `projects`, `photos`, `groups`, `embeddings`, `jobs`,
`history`, `settings`. They hand out the frozen values of `records`.
"""
