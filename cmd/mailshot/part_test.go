package main

import "flag"

var allCases = flag.Bool("cases.all", false, "run every case of long tables, of which else every third is run")

// inPart reports whether the nth case of a long table, from 0, is to be run.
func inPart(n int) bool { return *allCases || n%3 == 0 }
