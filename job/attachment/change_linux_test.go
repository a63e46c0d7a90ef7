package attachment

import "testing"

// TestMadeUp: inodes of file systems that invent them prove nothing; those of disks
// do, and those of servers that have them.
func TestMadeUp(t *testing.T) {
	for kind, want := range map[int64]bool{
		0xef53: false, 0x58465342: false, 0x9123683e: false, 0x01021994: false, 0x6969: false, 0x794c7630: false, // ext4, XFS, Btrfs, tmpfs, NFS, overlay
		0x65735546: true, 0xfe534d42: true, 0x4d44: true, 0x01021997: true, // FUSE, SMB, FAT, 9P
		-(0x100000000 - 0xff534d42): true, // CIFS, where the type has 32 bits
	} {
		if got := isMadeUp(kind); got != want {
			t.Errorf("isMadeUp(%#x) = %t; want %t", kind, got, want)
		}
	}
}
