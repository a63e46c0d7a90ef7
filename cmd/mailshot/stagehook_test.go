package main

import (
	"sync/atomic"

	"mailshot/transport/smtptest"
)

// stageHook returns a handler that closes reached when the nth session comes to a stage, "mail",
// "data" or "final". It holds that session and all further ones there until letGo is closed, and
// then goes on as usual.
func stageHook(stage string, nth int32, reached chan<- struct{}, letGo <-chan struct{}) smtptest.Handler {
	var count atomic.Int32
	hook := func() smtptest.Reply {
		n := count.Add(1)
		if n == nth {
			close(reached)
		}
		if n >= nth {
			<-letGo
		}
		return smtptest.Reply{}
	}
	switch stage {
	case "mail":
		return smtptest.Handler{Mail: func(string) smtptest.Reply { return hook() }}
	case "data":
		return smtptest.Handler{Data: hook}
	}
	return smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return hook() }}
}
