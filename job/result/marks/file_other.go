//go:build !linux

package marks

// A File is the marks of a journal: this system has no place for them.
type File struct{}

// Create returns nil: there can be no marks.
func Create(string, string) *File { return nil }

// Grow does nothing.
func (*File) Grow(int) error { return nil }

// Begin does nothing.
func (*File) Begin(int) error { return nil }

// Disarm does nothing.
func (*File) Disarm(int) {}

// Close does nothing.
func (*File) Close() error { return nil }

// Read knows of no marks.
func Read(string, string, int) Begun { return nil }

// Remove does nothing.
func Remove(string) {}
