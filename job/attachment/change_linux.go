package attachment

import (
	"os"
	"syscall"
)

// sameChange reports whether both are of a file whose content can't have changed
// in between, as the system, whose time of change no program can set, says that
// nothing of it has.
func sameChange(a, b os.FileInfo) bool {
	x, ok := a.Sys().(*syscall.Stat_t)
	y, too := b.Sys().(*syscall.Stat_t)
	return ok && too && x.Ctim == y.Ctim
}

// inodesMadeUp reports whether the file system of a file may give it another inode
// the next time it is looked for. What can't be found out is made up by none.
func inodesMadeUp(f *os.File) bool {
	return madeUpBy(func(st *syscall.Statfs_t) error { return syscall.Fstatfs(int(f.Fd()), st) })
}

// inodesMadeUpAt is inodesMadeUp for the file at a path.
func inodesMadeUpAt(path string) bool {
	return madeUpBy(func(st *syscall.Statfs_t) error { return syscall.Statfs(path, st) })
}

func madeUpBy(statfs func(*syscall.Statfs_t) error) bool {
	var st syscall.Statfs_t
	for {
		switch err := statfs(&st); err {
		case syscall.EINTR:
			continue
		case nil:
			return isMadeUp(int64(st.Type))
		}
		return false
	}
}

// isMadeUp reports whether a type of file system, as statfs(2) has it, has no
// inodes of its own, or takes those of a server that may have none.
func isMadeUp(kind int64) bool {
	switch uint32(kind) {
	case 0x4d44, // FAT
		0x2011bab0, // exFAT
		0x5346544e, // NTFS
		0x7366746e, // NTFS, of the newer driver
		0x65735546, // FUSE: sshfs, rclone and many more
		0xff534d42, // CIFS
		0xfe534d42, // SMB 2 and later
		0x517b,     // SMB
		0x564c,     // NCP
		0x01021997, // 9P: shared by a host with a virtual machine
		0x786f4256, // shared by a host with VirtualBox
		0x5346414f: // AFS
		return true
	}
	return false
}
