//go:build !linux

package main

// watch can't be had here: nobody is called.
func watch(dir string, event func()) (stop func(), err error) { return func() {}, nil }
