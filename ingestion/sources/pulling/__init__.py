"""What pulling from a system over HTTP needs: a patient client, exact records, what is new of them, and landing it."""
