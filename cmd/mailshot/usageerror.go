package main

// usageError is a command line that can't be.
type usageError struct{ error }
