// Package job runs a job: it makes files into decisions. It knows nothing of
// terminals, and leaves the wire to package transport.
//
// # A run
//
// Run goes through these steps, and ends at the first that fails:
//
//  1. The job file is loaded, the mailing is locked, the results log is
//     brought to what its journal knows if an earlier run was cut off, and
//     folded into the state of each key. A mailing that has begun is not begun
//     again, unless its log is put aside; a rerun goes on with it.
//  2. The recipients are read to their end and copied into the spool. Those that
//     recipients.where does not take, or a list of recipients.suppress has, are
//     set aside. The others are told apart by key and address, the rows to send
//     are chosen by what the log says of their keys, and each of their messages
//     is made once, to see that it can be made. Problems are told together.
//  3. The user is asked.
//  4. One session is opened through AUTH, the canary. What fails here is the
//     job's failure, and costs one attempt. Its QUIT is the first worker's.
//  5. The log is made if there is none, then the journal, and rows are sent,
//     each in a session of its own, by a bounded number of workers. Every pass
//     reads the spool, so what was checked is what is sent.
//  6. Rows that failed for a time form the next pass, after a wait in which no
//     session is open.
//
// # Promises
//
// Every attempt whose MAIL flight left ends in exactly one record: sent if the
// server said 2yz to the end of the message, unknown if that end may have been
// written and no reply was read, else failed. Unknown rows are not sent again
// unless the user asks for it, or settles that they were not sent. Before the
// MAIL flight a Recorder is told what is intended, and before the end of the
// message leaves it has to say that the intent is durable: so a run may be
// killed, its machine lose power or its log become unwritable at any moment,
// and the next one makes an unknown record of every intent without an outcome.
//
// # Whose failure
//
// A refusal after MAIL is the row's. A session that ends before is the host's:
// the row is put back, nothing is recorded, and all starts pause, for a second
// at first, up to a minute; then one session probes. Sessions that fail in one
// wave count as one failure. A certificate that does not hold, a missing
// STARTTLS or a refused AUTH is the job's, and closes admission; sessions in
// flight finish.
//
// A run gives up after a number of host failures in a row, after as many rows
// in a row with the same reply, but for replies that speak of one address
// (enhanced code x.1.x, or 550, 551 and 553 to RCPT without one) and for
// greylisting (450 and 451 to RCPT), and after three equal 5yz to MAIL.
//
// # Interrupts
//
// When the context of Run is done no more rows are begun, and sessions in
// flight have Env.Grace to end. Then those before the commit point are closed,
// and those past it have waited for their reply in vain and are unknown.
package job
