"""What decides how the warehouse looks: when it is another than the one noted at the last build, dbt builds again."""

import hashlib
from typing import Final

from orchestration.stack.database import Database
from orchestration.stack.settings import ROOT, Settings

# In RIFT_HOME: the fingerprint of the last build.
MARKER: Final = "warehouse.json"
FINGERPRINTED: Final = (".sql", ".yml", ".yaml", ".csv", ".md")
# Beside the files of the dbt project.
WAREHOUSE_SETTINGS: Final = ("rift_timezone", "week_grace_hours", "default_user_id")


def fingerprint(settings: Settings, database: Database) -> str:
    """The hash of the dbt project, of the settings that it reads, and of which database it is."""
    digest = hashlib.sha256()
    for name in WAREHOUSE_SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    digest.update(str(database.question("select system_identifier from pg_control_system()")).encode())
    digest.update(str(database.question("select oid from pg_database where datname = current_database()")).encode())
    folder = ROOT / "dbt_project"
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if (
            path.is_file()
            and inside.parts[0] not in ("target", "logs", "dbt_packages")
            and path.suffix in FINGERPRINTED
        ):
            digest.update(f"{inside}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
