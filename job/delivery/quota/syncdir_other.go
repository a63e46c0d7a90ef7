//go:build !unix

package quota

// syncDirs does nothing: names are durable with their files.
func syncDirs(string) error { return nil }
