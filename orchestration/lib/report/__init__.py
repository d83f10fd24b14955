"""The weekly rank report: what a published week says, as a page that opens anywhere and as CSV."""
