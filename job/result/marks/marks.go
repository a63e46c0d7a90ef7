// Package marks keeps one octet for each intent of a journal: whether the end of its message may
// have left. It is set right before that, by a store to mapped memory and without a system call,
// so that it outlives the process and costs nothing; and it is never written to a disk, so that it
// does not outlive the machine.
//
// The file is in memory-backed storage: in /dev/shm/mailshot-UID, or else in
// /run/user/UID/mailshot, a directory of the user's own that nobody else may read. Its name is a
// digest of which file the log is, so that there is at most one for each log, which the next run
// replaces. It begins with a line that says where it is valid:
//
//	mailshot marks v1,BOOT,MOUNT,DEVICE,INODE,JOURNAL
//
// BOOT is the id of this boot of the machine, MOUNT that of the mount of the file's file system,
// DEVICE and INODE are the file's own, and JOURNAL is the journal's id. From offset 256 on there
// is an octet for each intent: a full stop for one that was not begun, an exclamation mark for one
// that was. Whatever else is found there (a file that is missing, too short, or exchanged, another
// boot, another octet) is a doubt, and Read then says nothing of any intent.
//
// The file grows in pieces. Each is written before it is mapped, so that a full file system is an
// error of Grow and no fault of a store.
package marks

// What the octet of an intent says.
const (
	Armed   = '.'
	Started = '!'
)

const (
	// head is the offset of the first intent's octet.
	head = 256
	// piece is by how many octets a file grows. It is a multiple of the size of a page of memory.
	piece = 64 << 10
)

// Begun tells which intents of a journal were begun, by their numbers from 1.
type Begun []byte

// Has reports whether the intent may have been begun. A nil Begun knows nothing, and any may.
func (b Begun) Has(number int) bool {
	return number < 1 || number > len(b) || b[number-1] != Armed
}

// all returns the octets of intents as Begun, or nil if one of them is none.
func all(octets []byte) Begun {
	for _, o := range octets {
		if o != Armed && o != Started {
			return nil
		}
	}
	return octets
}
