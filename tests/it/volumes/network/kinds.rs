//! The network file systems that are tried: how each is served and mounted.
//!
//! The commands are run by a shell in a network of their own, so they use the usual ports. `$G` is
//! a directory of the test's own, with the directories `served` and `mount`.

/// A network file system.
pub struct Kind {
    pub name: &'static str,
    /// The programs that it needs.
    pub programs: &'static [&'static str],
    /// What the kernel calls it, if the client is part of the kernel.
    pub in_kernel: Option<&'static str>,
    /// Writes the settings.
    pub configure: &'static str,
    /// Runs the server until it is killed.
    pub serve: &'static str,
    /// Mounts it at `$M`, and runs the client until it is unmounted, unless the client is part of the kernel.
    pub mount: &'static str,
    /// The reason why it can only be read, if it cannot be changed safely.
    pub reason: Option<&'static str>,
}

impl Kind {
    /// True if the mount program sends files later than it confirms them. The server then gives each file another date.
    pub fn dates_late(&self) -> bool {
        self.mount.contains("--vfs-write-back")
    }
}

const SAMBA: &str = "mkdir $G/samba
cat > $G/smb.conf <<X
[global]
server role = standalone server
interfaces = 127.0.0.1
bind interfaces only = yes
map to guest = bad user
guest account = root
private dir = $G/samba
lock directory = $G/samba
state directory = $G/samba
cache directory = $G/samba
pid directory = $G/samba
ncalrpc dir = $G/samba/ncalrpc
log file = $G/samba/log
disable spoolss = yes
load printers = no
[disk]
path = $G/served
read only = no
guest ok = yes
force user = root
X";
const SERVE_SAMBA: &str = "exec smbd -F --no-process-group -s $G/smb.conf";

pub static SSHFS: Kind = Kind {
    name: "sshfs",
    programs: &["sshd", "ssh-keygen", "sshfs"],
    in_kernel: None,
    configure: "mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f $G/host
ssh-keygen -q -t ed25519 -N '' -f $G/key
cat > $G/sshd.conf <<X
ListenAddress 127.0.0.1
HostKey $G/host
AuthorizedKeysFile $G/key.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin yes
Subsystem sftp internal-sftp
X
cat > $G/ssh.conf <<X
IdentityFile $G/key
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
X",
    serve: "exec $(command -v sshd) -D -f $G/sshd.conf",
    mount: "exec sshfs -f -F $G/ssh.conf -o reconnect root@127.0.0.1:$G/served $M",
    reason: None,
};

pub static RCLONE: Kind = Kind {
    name: "rclone with WebDAV and no cache",
    programs: &["rclone"],
    in_kernel: None,
    configure: "",
    serve: "exec rclone serve webdav --config /dev/null --addr 127.0.0.1:8080 $G/served",
    mount: "exec rclone mount --config /dev/null --cache-dir $M.cache --timeout 10m \
                \":webdav,url='http://127.0.0.1:8080':\" $M",
    reason: Some("it does not confirm that a file is written"),
};

pub static RCLONE_CACHE: Kind = Kind {
    name: "rclone with WebDAV and a cache of writes",
    programs: &["rclone"],
    in_kernel: None,
    configure: "",
    serve: "exec rclone serve webdav --config /dev/null --addr 127.0.0.1:8080 $G/served",
    mount: "exec rclone mount --config /dev/null --cache-dir $M.cache --timeout 10m --vfs-cache-mode writes --dir-cache-time 5s \
                --vfs-write-back 1s \":webdav,url='http://127.0.0.1:8080':\" $M",
    reason: None,
};

pub static CIFS: Kind = Kind {
    name: "Samba by the kernel",
    programs: &["smbd", "mount.cifs"],
    in_kernel: Some("cifs"),
    configure: SAMBA,
    serve: SERVE_SAMBA,
    mount: "exec mount -t cifs -o guest,vers=3.1.1 //127.0.0.1/disk $M",
    reason: None,
};

pub static NFS: Kind = Kind {
        name: "NFS",
        programs: &["ganesha.nfsd", "mount.nfs4"],
        in_kernel: Some("nfs4"),
        configure: "mkdir $G/recovery
cat > $G/ganesha.conf <<X
NFS_CORE_PARAM { Protocols = 4; NFS_Port = 2049; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false; }
NFSV4 { Grace_Period = 5; Lease_Lifetime = 5; RecoveryRoot = $G/recovery; }
EXPORT { Export_Id = 1; Path = $G/served; Pseudo = /disk; Access_Type = RW; Squash = No_Root_Squash; FSAL { Name = VFS; } }
X",
        serve: "exec ganesha.nfsd -F -x -f $G/ganesha.conf -L $G/ganesha.log -p $G/ganesha.pid",
        mount: "exec mount -t nfs4 -o sec=sys 127.0.0.1:/disk $M",
            reason: None,
};

pub static SEAWEEDFS: Kind = Kind {
    name: "SeaweedFS",
    programs: &["weed"],
    in_kernel: None,
    configure: "mkdir $G/weed",
    // Its parts talk through sockets in /tmp that are named by their ports, so each server has a /tmp of its own.
    serve: "exec unshare --mount sh -c 'mount -t tmpfs tmpfs /tmp && exec weed server -filer -dir=$G/weed -ip=127.0.0.1 \
                -ip.bind=127.0.0.1 -master.volumeSizeLimitMB=64 -volume.max=20 > $G/weed.log 2>&1'",
    mount: "exec weed mount -filer=127.0.0.1:8888 -filer.path=/disk -cacheDir=$M.cache -dir=$M",
    reason: None,
};
