"""Rejected events: what passed authentication and was not landed. Listed, shown, and landed once they can be."""
