-- Networks from which somebody has signed in to an account. Guesses by strangers never slow these
-- down, not even after a restart. IPv4 networks are taken from existing sessions; IPv6 networks are
-- learnt at the next sign-in.
CREATE TABLE known_networks (
    account   INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    network   TEXT NOT NULL,                        -- as 192.168.1.2/32 or 2001:db8:0:1::/64
    last_used INTEGER NOT NULL,
    PRIMARY KEY (account, network)
) STRICT, WITHOUT ROWID;
INSERT INTO known_networks (account, network, last_used)
    SELECT user, address || '/32', max(last_used) FROM sessions WHERE instr(address, ':') = 0 GROUP BY user, address;
