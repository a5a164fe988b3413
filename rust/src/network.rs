//! The file systems whose disk is in another machine.

/// FUSE, which drives networks as well as disks.
const FUSE: u32 = 0x6573_5546;

/// Each by the name that `/proc/self/mountinfo` has for it, and by the number that `statfs` gives.
pub const NETWORK: [(&str, u32); 26] = [
    ("9p", 0x0102_1997),
    ("acfs", 0x6163_6673),
    ("afs", 0x6b41_4653),
    ("afs", 0x5346_414f),
    ("beegfs", 0x1983_0326),
    ("ceph", 0x00c3_6400),
    ("cifs", 0xff53_4d42),
    ("coda", 0x7375_7245),
    ("davfs", FUSE),
    ("gfs2", 0x0116_1970),
    ("glusterfs", FUSE),
    ("gpfs", 0x4750_4653),
    ("lustre", 0x0bd0_0bd0),
    ("ncpfs", 0x564c),
    ("nfs", 0x6969),
    ("nfs4", 0x6969),
    ("ocfs2", 0x7461_636f),
    ("orangefs", 0x2003_0528),
    ("panfs", 0xaad7_aaea),
    ("prl_fs", 0x7c7c_6673),
    ("pvfs2", 0x2003_0528),
    ("smb3", 0xfe53_4d42),
    ("smbfs", 0x517b),
    ("vboxsf", 0x786f_4256),
    ("virtiofs", FUSE),
    ("vmhgfs", 0xbacb_acbc),
];

/// Whether the file system of this number is one of them.
#[cfg(target_os = "linux")]
pub fn is_network(number: u32) -> bool {
    NETWORK.iter().any(|(_, other)| *other == number)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_from_a_disk() {
        const NFS: u32 = 0x6969;
        const EXT4: u32 = 0xef53;
        assert!(is_network(NFS));
        assert!(!is_network(EXT4));
    }
}
