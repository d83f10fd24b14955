"""The doors: receive events over HTTP, land them in raw, answer only when they are durable."""
