// Package fleet sends the rows of one run from several machines, over NATS.
//
// The run is the coordinator: it has the files, makes the messages, and keeps the log, as any run
// does. A Coordinator is its Deliverer, which blocks for each row until a worker on another machine
// says what became of it; and it stands between the engine and its Recorder, to know when an intent
// is armed and an outcome on record. A worker asks for pieces, opens sessions with its own settings
// and its own secret, and says what became of each row until that is on record. Package protocol
// decides who may send what, and its documentation says why nobody gets a second copy; package
// state is a worker's memory; package piece has the messages.
//
// # A row's way
//
//  1. The engine starts it: its intent is armed. Deliver puts it into the queue.
//  2. A worker asks for as many rows as it has idle sessions. For each row that it gets the
//     intent is begun, durable and marked, and only then does the answer leave.
//  3. The worker stores which rows it has, durable, and starts them. Right before the end of a
//     message leaves it stores that the row is begun, and afterwards what came of it.
//  4. Its reports tell what became of rows. Deliver returns that to the engine, which judges and
//     records it as it does with a session of its own. Then the row is acknowledged, and the
//     worker drops it.
//
// A row that comes back untouched has its mark taken back, and waits in Deliver for another worker.
// A row that the engine puts back comes to Deliver again by itself; it is handed out once the
// worker that had it has confirmed that it dropped it. A worker that is silent for LostAfter has
// its rows recorded as unknown; what it says of them later is a settle record.
//
// # Subjects
//
//	mailshot.runs              a coordinator tells each second which run there is
//	mailshot.RUN.report        workers to the coordinator of a run, which alone subscribes to it
//	mailshot.RUN.to.ID.NONCE   the coordinator to one start of one worker
//
// RUN is a digest of the run's id. Nothing is kept by NATS, and nothing relies on it: any message
// may be lost, late, or come twice. Off the loopback interface a connection has TLS, and
// credentials. No message names a host, a file, a command or a variable that a worker uses: whether
// a run is for the worker's server and user is told by a digest of both.
package fleet
