"""What a user does and can undo: small functions, each one named step in the history.

`organise` moves photos between columns and shapes the columns; `projects` works on the list of projects and
what is in them; `undo` goes back and forth. Each answers with the `ChangeSet` that views listen to.
"""
