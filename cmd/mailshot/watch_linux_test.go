package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// watch calls event for every change to a file of a directory: made, written,
// renamed or removed. Equal changes that follow at once may be one. stop ends
// it.
func watch(dir string, event func()) (stop func(), err error) {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	f := os.NewFile(uintptr(fd), "inotify")
	const changes = syscall.IN_CREATE | syscall.IN_MODIFY | syscall.IN_DELETE | syscall.IN_MOVED_TO
	if _, err := syscall.InotifyAddWatch(fd, dir, changes); err != nil {
		_ = f.Close()
		return nil, os.NewSyscallError("inotify_add_watch", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b := make([]byte, 64<<10)
		for {
			n, err := f.Read(b)
			if err != nil {
				return
			}
			for rest := b[:n]; len(rest) >= syscall.SizeofInotifyEvent; {
				event()
				// The length of the name is the last number of the head.
				name := binary.NativeEndian.Uint32(rest[syscall.SizeofInotifyEvent-4:])
				rest = rest[syscall.SizeofInotifyEvent+int(name):]
			}
		}
	}()
	return func() {
		_ = f.Close()
		<-ended
	}, nil
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	events := make(chan struct{}, 100)
	stop, err := watch(dir, func() { events <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "a file")
	if err := os.WriteFile(name, []byte("text"), 0o600); err != nil { // made, and written
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		wait(t, "an event", events)
	}
	stop()
	if n := len(events); n > 0 {
		t.Errorf("%d events too many", n)
	}
}
