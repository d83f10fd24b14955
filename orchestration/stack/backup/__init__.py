"""`rift backup` and `rift restore`: one file that holds an installation, and its way back into a database.

`making` writes the file and `restoring` reads it; between them stand the file (`archive`, `manifest`), what a database
says of itself (`contents`), the programs of Postgres (`programs`), and databases beside the warehouse (`databases`).
"""
