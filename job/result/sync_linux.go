package result

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A quietFile is synced without a thread that waits for the disk. Such a thread
// keeps one of the places for running code, and where there is one processor
// nothing else is done meanwhile. So the kernel is asked for the sync, and says
// that it is done by an eventfd, which is waited for as sockets are. Where it
// does not take such requests a thread waits.
type quietFile struct {
	*os.File

	mu    sync.Mutex // one sync at a time
	syncs int        // by a thread, since begun
	begun time.Time
	queue *syncQueue // nil: it is not worth while, or there is none to be had
}

// The kernel is asked for a queue once so many syncs were made in so short a
// time that a thread that waits is in the way. To give it back takes some 30 ms.
const (
	threadSyncs = 64
	threadTime  = 500 * time.Millisecond
)

// quiet makes a quietFile of what was opened.
func quiet(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return &quietFile{File: f}, nil
}

// Sync makes what was written durable.
func (f *quietFile) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.queue == nil {
		f.lookForQueue()
	}
	if f.queue == nil || !f.queue.ask(f.File) {
		return f.dataSync()
	}
	if err := f.queue.wait(); err != nil {
		return &fs.PathError{Op: "sync", Path: f.Name(), Err: err}
	}
	return nil
}

// lookForQueue gets a queue if that is worth while.
func (f *quietFile) lookForQueue() {
	if f.syncs%threadSyncs == 0 {
		now := time.Now()
		if f.syncs > 0 && now.Sub(f.begun) < threadTime {
			f.queue, _ = newSyncQueue() // without one there is still fdatasync(2)
		}
		f.syncs, f.begun = 0, now
	}
	f.syncs++
}

// dataSync is fdatasync(2): it leaves out the times of the file, which are of no
// use to a reader and cost more than the octets.
func (f *quietFile) dataSync() error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for failed = unix.Fdatasync(int(fd)); failed == unix.EINTR; failed = unix.Fdatasync(int(fd)) {
		}
	})
	if err = errors.Join(err, failed); err != nil {
		err = &fs.PathError{Op: "sync", Path: f.Name(), Err: err}
	}
	return err
}

// Close closes the file.
func (f *quietFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.File.Close()
	if f.queue != nil {
		err = errors.Join(err, f.queue.close())
		f.queue = nil
	}
	return err
}

// A syncQueue is the kernel's, for one request at a time: see io_submit(2).
type syncQueue struct {
	id   uintptr  // aio_context_t
	done *os.File // the eventfd
	fd   uint32   // of done
}

func newSyncQueue() (*syncQueue, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("eventfd", err)
	}
	q := &syncQueue{done: os.NewFile(uintptr(fd), "eventfd"), fd: uint32(fd)}
	if _, _, errno := unix.Syscall(unix.SYS_IO_SETUP, 1, uintptr(unsafe.Pointer(&q.id)), 0); errno != 0 {
		return nil, errors.Join(os.NewSyscallError("io_setup", errno), q.done.Close())
	}
	return q, nil
}

func (q *syncQueue) close() error {
	err := q.done.Close()
	if _, _, errno := unix.Syscall(unix.SYS_IO_DESTROY, q.id, 0, 0); errno != 0 {
		err = errors.Join(os.NewSyscallError("io_destroy", errno), err)
	}
	return err
}

// A syncRequest is struct iocb of linux/aio_abi.h, with names for what a sync
// needs.
type syncRequest struct {
	_       [2]uint64
	opcode  uint16
	_       uint16
	fd      uint32
	_       [4]uint64
	flags   uint32
	eventFD uint32
}

const (
	opSync     = 3 // IOCB_CMD_FDSYNC
	tellByFile = 1 // IOCB_FLAG_RESFD
)

// ask asks for a sync, and reports whether the kernel took the request.
func (q *syncQueue) ask(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	taken := false
	err = conn.Control(func(fd uintptr) {
		list := [1]*syncRequest{{opcode: opSync, fd: uint32(fd), flags: tellByFile, eventFD: q.fd}}
		n, _, errno := unix.Syscall(unix.SYS_IO_SUBMIT, q.id, 1, uintptr(unsafe.Pointer(&list)))
		taken = errno == 0 && n == 1
	})
	return taken && err == nil
}

// wait waits for the request that was taken, and gives its error.
func (q *syncQueue) wait() error {
	var count [8]byte
	if _, err := q.done.Read(count[:]); err != nil {
		return err
	}
	var event struct { // struct io_event
		_           [2]uint64
		result, way int64
	}
	n, _, errno := unix.Syscall6(unix.SYS_IO_GETEVENTS, q.id, 1, 1, uintptr(unsafe.Pointer(&event)), 0, 0)
	switch {
	case errno != 0:
		return os.NewSyscallError("io_getevents", errno)
	case n != 1:
		return errors.New("io_getevents gives no event")
	case event.result < 0:
		return syscall.Errno(-event.result)
	}
	return nil
}
