"""Forgetting a person: an SDR or a prospect, in raw and in everything that is derived from it, with all totals kept."""
