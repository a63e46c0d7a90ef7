package main

import (
	"errors"

	"mailshot/job"
	"mailshot/job/problem"
)

// Exit statuses. Those from 64 on are those of sysexits.h.
const (
	exitInternal    = 1
	exitUsage       = 2
	exitSomeFailed  = 3
	exitSomeUnknown = 4
	exitHeld        = 11
	exitBadData     = 65
	exitNoInput     = 66
	exitUnreachable = 69
	exitExists      = 73
	exitCantWrite   = 74
	exitTemporary   = 75
	exitAuth        = 77
	exitBadJob      = 78
	exitInterrupted = 130
)

// exitStatus returns the status for an error.
func exitStatus(err error) int {
	var ue usageError
	if errors.As(err, &ue) {
		return exitUsage
	}
	var je *problem.Error
	if !errors.As(err, &je) {
		return exitInternal
	}
	switch je.Kind {
	case problem.Usage:
		return exitUsage
	case problem.BadJob:
		return exitBadJob
	case problem.NoInput:
		return exitNoInput
	case problem.BadData:
		return exitBadData
	case problem.Held:
		return exitHeld
	case problem.Exists:
		return exitExists
	case problem.CantWrite:
		return exitCantWrite
	case problem.Interrupted:
		return signalStatus(je.Err)
	case problem.Declined:
		return exitInterrupted
	case problem.AuthRefused:
		return exitAuth
	case problem.Unreachable:
		return exitUnreachable
	case problem.Limited:
		return exitTemporary
	}
	return exitInternal
}

// outcomeStatus returns the status for a run that came to its end.
func outcomeStatus(o job.Outcome) int {
	switch o {
	case job.SomeUnknown:
		return exitSomeUnknown
	case job.SomeFailed:
		return exitSomeFailed
	case job.OnlyTemporary:
		return exitTemporary
	}
	return 0
}
