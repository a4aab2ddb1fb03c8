"""PixSort Desktop: drop a shoot, get columns of photographs that belong together.

Data goes one way: files (`photo`) -> facts and pixels -> numbers (`vision`) -> groups (`grouping`) ->
columns (`views`); what must last is kept in `library`. `app` and `cli` put the rooms together.
"""

__version__ = "0.1.0"
