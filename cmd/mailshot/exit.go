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

const exitHelp = `EXIT STATUS
  0   everything that was to be sent is sent
  1   internal error
  2   the command line is wrong, or nobody can be asked and --yes is missing
  3   some rows failed permanently, or were skipped as bad
  4   some rows are unknown: the server may have taken them
  11  another run holds the mailing
  65  bad data: recipients, template, an edited log
  66  an input file is missing
  69  the server can't be reached, TLS failed, or the run gave up
  73  the results log exists, or it or the ledger of the quota can't be made
  74  the results log can't be written; sending stopped at once
  75  only temporary failures are left, or a quota, a limit that the server named or a
      window ended the run: rerun later
  77  authentication refused
  78  bad job file
  129, 130, 143  interrupted or declined
`

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
