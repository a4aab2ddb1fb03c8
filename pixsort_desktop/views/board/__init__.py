"""The board: columns of photos that are dragged, cut finer or coarser, and named.

`group_board` is the widget and `model` the rows of one column; what can be done with a board has a module each: `drag`,
`steps` (keys), `selection`, `glide` (columns that move to new places), `prompts` (live columns). `granularity_desk` cuts it
anew.
"""
