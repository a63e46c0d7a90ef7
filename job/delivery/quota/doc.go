// Package quota keeps account of the recipients that a mail account sends to, over
// all jobs and runs, in a ledger: a file that lines are only ever appended to, under
// a lock.
//
// # Lines
//
//	reserve TIME BLOCK N SUM       N recipients may be sent to from TIME on
//	end TIME BLOCK N SUM           N of the block's were, until TIME, and no more will be
//	full TIME UNTIL "TEXT" SUM     the server said TEXT: the account is used up until UNTIL
//
// Recipients are reserved in blocks before their MAIL, so that not every message has to
// wait for the disk: 64 at most, and a sixteenth of a quota. A block is used within a minute. Its end gives back what was not
// sent to. Without an end, as after a kill, all of the block counts, and for half an
// hour longer, since a session may have gone on after the block was reserved. So there
// are never fewer in the ledger than the server may have counted.
//
// SUM is a checksum. A line whose sum is wrong is one that a power cut has torn:
// it was not durable, so nothing was sent for it, and it counts for nothing.
//
// # Clocks
//
// A line's time is never before that of the line above it. After a clock was set back,
// recipients count for longer than they would, not for less.
package quota
