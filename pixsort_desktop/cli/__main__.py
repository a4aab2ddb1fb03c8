"""`python -m pixsort_desktop.cli` is `pixsort`."""

from pixsort_desktop.cli import main

main()
