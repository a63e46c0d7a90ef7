package transport

import (
	"errors"
	"fmt"
	"strings"

	"mailshot/transport/reply"
	"mailshot/transport/route"
)

// Causes that are in the chain of an [Error], for those who tell a user what to do about them.
var (
	ErrNoStartTLS        = errors.New("the server does not offer STARTTLS; without TLS nothing is sent")
	ErrNoExtensions      = errors.New("the server refuses EHLO, which TLS and authentication need")
	ErrPlainText         = errors.New("the server answers in plain text on this port")
	ErrSpeaksTLS         = reply.ErrSpeaksTLS
	ErrNotReply          = reply.ErrNotReply
	ErrClientCertificate = errors.New("the server wants a certificate from its clients")
	ErrPlainAuth         = errors.New("the password is not sent without TLS")
	ErrNoLocalPort       = route.ErrNoLocalPort
	ErrOldTLS            = errors.New("the server speaks no TLS as new as 1.2")
	ErrNoCipher          = errors.New("the server and this client have no cipher, or no kind of certificate, in common")
	ErrWeakSignature     = errors.New("the server's certificate, or one that it comes from, is signed with SHA-1 or MD5, which is refused")

	// ErrLostStep is for replies that don't fit the command: nothing that follows can be trusted.
	ErrLostStep = errors.New("the server's reply does not fit; the session lost step")
)

// A MechanismError is in the chain of an error of StageAuth if the server offers no mechanism that
// the [Auth] allows.
type MechanismError struct {
	Wanted  []string
	Offered []string // as the server said, upper case; empty if it offers no authentication
}

// Error returns what was wanted and what is offered.
func (e *MechanismError) Error() string {
	if len(e.Offered) == 0 {
		return "the server offers no authentication here"
	}
	return fmt.Sprintf("the server offers no authentication by %s, only by %s",
		strings.Join(e.Wanted, " or "), escape(strings.Join(e.Offered, ", ")))
}
