"""What `rift doctor` looks at: a probe a subject, each a function from an installation to its findings."""
