"""What `rift doctor` can find, by name. Each name is a heading of docs/runbook.md (a test compares the two)."""

from enum import StrEnum


class Alert(StrEnum):
    # machine
    PYTHON_UNSUPPORTED = "python-unsupported"
    PACKAGES_MISSING = "packages-missing"
    PACKAGES_DIFFER = "packages-differ"
    ZONES_MISSING = "zones-missing"
    # configuration
    SETTING_INVALID = "setting-invalid"
    SETTING_UNKNOWN = "setting-unknown"
    SETTING_CONTRADICTS = "setting-contradicts"
    SETTING_SHADOWED = "setting-shadowed"
    SETTING_NOT_IN_FORCE = "setting-not-in-force"
    # home
    HOME_MISSING = "home-missing"
    HOME_UNUSABLE = "home-unusable"
    HOME_OPEN = "home-open"
    SECRET_EXPOSED = "secret-exposed"  # noqa: S105  # the name of an alert, as are the next two
    SECRET_MISSING = "secret-missing"  # noqa: S105
    SECRET_DAMAGED = "secret-damaged"  # noqa: S105
    DISK_FULL = "disk-full"
    DISK_LOW = "disk-low"
    # processes
    NOT_RUNNING = "not-running"
    LEFT_BEHIND = "left-behind"
    PART_DOWN = "part-down"
    RESTART_LOOP = "restart-loop"
    PORT_TAKEN = "port-taken"
    DEFINITIONS_BROKEN = "definitions-broken"
    # server
    DATABASE_AWAY = "database-away"
    DATABASE_UNSUITABLE = "database-unsuitable"
    DATABASE_NOT_DURABLE = "database-not-durable"
    CONNECTIONS_USED_UP = "connections-used-up"
    ROLE_REFUSED = "role-refused"
    RIGHTS_TOO_WIDE = "rights-too-wide"
    RIGHTS_MISSING = "rights-missing"
    ROLE_SETTINGS_DIFFER = "role-settings-differ"
    # schema
    MIGRATIONS_MISSING = "migrations-missing"
    MIGRATIONS_NEWER = "migrations-newer"
    CLUSTER_RESTORED = "cluster-restored"
    WAREHOUSE_MISSING = "warehouse-missing"
    WAREHOUSE_OUTDATED = "warehouse-outdated"
    MODELS_MISSING = "models-missing"
    # transactions
    CLOCK_SKEWED = "clock-skewed"
    TRANSACTION_LONG = "transaction-long"
    TRANSACTION_PREPARED = "transaction-prepared"
    SLOT_HOLDS_BACK = "slot-holds-back"
    WRAPAROUND_NEAR = "wraparound-near"
    AUTOVACUUM_OFF = "autovacuum-off"
    TABLE_BLOATED = "table-bloated"
    DATABASE_LARGE = "database-large"
    # landing
    TAIL_OLD = "tail-old"
    TAIL_LARGE = "tail-large"
    SPOOL_WAITING = "spool-waiting"
    SPOOL_FULL = "spool-full"
    SPOOL_DAMAGED = "spool-damaged"
    EVENTS_REJECTED = "events-rejected"
    SOURCE_SILENT = "source-silent"
    # meaning
    VALUES_UNMAPPED = "values-unmapped"
    SDRS_UNKNOWN = "sdrs-unknown"
    WEEK_UNPUBLISHED = "week-unpublished"
    WEEK_UNREPORTED = "week-unreported"
    CHECK_FAILED = "check-failed"
    CHECKS_BROKEN_OFF = "checks-broken-off"
    # dagster
    DAEMON_SILENT = "daemon-silent"
    DAEMON_FAILING = "daemon-failing"
    AUTOMATION_STOPPED = "automation-stopped"
    AUTOMATION_FAILING = "automation-failing"
    RUN_STUCK = "run-stuck"
    RUN_FAILED = "run-failed"
    JOB_LATE = "job-late"
    DAGSTER_DATABASE_LARGE = "dagster-database-large"
    # notifications
    NOTIFICATIONS_UNREADABLE = "notifications-unreadable"
    NOTIFICATIONS_UNDELIVERED = "notifications-undelivered"
    # the doctor
    PROBE_UNANSWERED = "probe-unanswered"
