"""The tree of the grouping over the board: `desk` has it read, `tree_view` shows `drawing`, `panel` stands around it."""
