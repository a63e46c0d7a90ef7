// Package protocol decides who may send which row, where the rows of a run are sent by workers on
// other machines. It has no network, no files and no clock: messages are values, and whoever calls
// it does what its methods ask for in the order that they ask for.
//
// # The coordinator
//
// Handing out is beginning: the intents of rows are armed and their marks set before the answer
// that has them leaves. What was handed out is given to nobody else by a time-out. A row comes back
//
//   - when a newer ask of the worker, or one of a later start of it, says that the piece is not
//     in its state file: it gave the answer up that had it, and will not take it any more;
//   - when the worker says that the row is untouched, or was refused in a way that puts it back,
//     and then has dropped the row for good. Until then the row is not free, so that a word that
//     is told late, or to a later run, is always about the last try.
//
// A worker that is not heard for long has its rows taken for unknown. What it says of them later
// settles them.
//
// # The worker
//
// A worker asks, and takes the answer to its last ask alone, if that comes in time. The rows are in
// its state file, durable, before the first is started; that one is begun is there before the end
// of its message leaves; what became of it is there before it is told. It tells until the
// coordinator has it on record. Once it said of a row that it was untouched or refused, it never
// begins it. No row is begun more than BeginLimit after the ask that brought it. After a kill what
// is not marked as begun is untouched; after another start of the system, which may have lost
// marks, it is in doubt.
package protocol
