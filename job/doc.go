// Package job runs a job: it has the order of the steps of a run and a check, and
// leaves each step to a package of its own. A package below it bears the name of a
// section of the job file or of a command.
//
// # Words
//
//	job        a job file and all that it names
//	mailing    one results log of a job
//	row        a record of the recipients file; its key is what it is known by
//	letter     a row rendered: subject, text, HTML, headers, attachments
//	message    a letter as octets
//	session    one connection to the server, from its greeting to QUIT
//	attempt    one try at one row, counted over all runs of a mailing
//	run, pass  one execution of run or rerun; one walk over rows inside it
//	intent     the record that an attempt gets if nothing more becomes known: armed
//	           when the row is taken up, begun at the commit point
//	commit point  the write that carries the end of the message: from there on an
//	           attempt whose reply is not read is unknown
//
// # Who imports whom
//
// Each package may import those below it in this picture, and none above:
//
//	job                                   the order of the steps
//	├── preflight                         makes and checks every letter once
//	│   ├── plan                          which rows a run sends
//	│   │   ├── recipients (sheet, index) the rows, and what tells them apart
//	│   │   └── mailing                   where a log is, its lock, what it says
//	│   │       └── result                the results log and its journal
//	│   └── letter                        a row's letter, its signature, the cache
//	│       └── attachment                the files that go with letters
//	├── delivery/admission                when messages may go: windows and quotas
//	│   ├── delivery/quota                the ledger of an account's recipients
//	│   └── delivery                      the engine: passes, pace, whose failure
//	│       └── advice                    what to do about a reply or an error
//	├── fleet (earlier, piece, protocol, state) rows sent by workers on other machines
//	└── server (secret)                   the server section as a transport.Dialer
//	start, status, settle, doctor, signin, work   commands of their own beside job
//	jobfile (fields, keys, when), preset, problem, address, header, private, inputfile   used by all of these
//
// delivery knows neither letters nor recipients: job gives it a Source of tasks, a
// Composer, a Deliverer and a Recorder.
//
// # A run
//
// Run goes through these steps, and ends at the first that fails:
//
//  1. The job file is loaded, the mailing is locked, the results log is
//     brought to what its journal knows if an earlier run was cut off, and
//     folded into the state of each key. A mailing that has begun is not begun
//     again, unless its log is archived; a rerun goes on with it.
//  2. The recipients are read to their end and copied into the spool. Those that
//     recipients.where does not take, or a list of recipients.suppress has, are
//     set apart. The others are told apart by key and address, the rows to send
//     are chosen by what the log says of their keys, and each of their messages
//     is made once, to see that it can be made. Problems are told together.
//  3. The user is asked.
//  4. If it is to begin later, or a window or a quota holds it, the run waits or ends.
//     Then one session is opened through AUTH, the canary. What fails here is the
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
// unless the user asks for it, or settles that they were not sent. When a row is
// taken up a delivery.Recorder is told what is intended, and before the end of
// the message leaves it has to say that the intent is durable, and mark it as begun: so a run
// may be killed, its machine lose power or its log become unwritable at any moment,
// and the next one makes an unknown record of every intent without an outcome, but for
// those that were certainly not begun.
//
// # Interrupts
//
// When the context of Run is done no more rows are begun, and sessions in
// flight have Env.Grace to end. Then those before the commit point are closed,
// and those past it have waited for their reply in vain and are unknown.
package job
