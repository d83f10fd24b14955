"""dlt sources: one file a system that Rift pulls from."""
