-- Devices and programs that sign in to an account under an id of their own, and phones that were
-- paired. `is_blocked`: 1 by the owner, 2 by an administrator. `code_hash`: the hash of the code
-- with which the device may sign in instead of the password; `code_has_factor`: 1 if the session
-- that allowed it was begun with a second factor.
CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    name TEXT NOT NULL,
    api_level TEXT NOT NULL,
    os_type TEXT NOT NULL,
    app_version TEXT NOT NULL,
    os_version TEXT NOT NULL,
    status INTEGER NOT NULL,
    is_allowed INTEGER NOT NULL DEFAULT 0,
    is_blocked INTEGER NOT NULL DEFAULT 0,
    code_hash BLOB,
    code_has_factor INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    last_login INTEGER,
    UNIQUE (user, client_id)
) STRICT;
CREATE INDEX devices_client ON devices (client_id);

-- Commands of administrators for devices. A device's acknowledgement removes its command.
CREATE TABLE device_commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    command INTEGER NOT NULL,
    message TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX device_commands_device ON device_commands (device);

-- The device on which a session was begun.
ALTER TABLE sessions ADD COLUMN device INTEGER REFERENCES devices (id) ON DELETE CASCADE;
CREATE INDEX sessions_device ON sessions (device) WHERE device IS NOT NULL;
