// Package result reads and writes the results log of a mailing, and the journal
// of the run that is in progress. It reduces their records to the state of each
// row, and recovers the log after a run was killed.
//
// Both formats are told here whole, so that a reader can be written from this text
// alone. This is version 1 of the log, and version 3 of the journal. "Octet" counts bytes; the text is UTF-8.
//
// # The log
//
// The log is a CSV file (RFC 4180), NAME.results.csv, but with line ends of LF. It
// is only ever appended to. The first line is the header, with the names of the
// columns (here it is broken in two):
//
//	time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,
//	reply,error,message_id,sha256,bytes,duration_ms,sum
//
// Each further line is a record of one attempt to deliver one row, or of a decision
// about a row. A record is always one physical line of at most 16 MiB.
//
//	time         end of the attempt: RFC 3339, UTC, three digits of milliseconds, "Z";
//	             years 0000 to 9999
//	run          id of the run, NAME-20261123T140501.123Z-9c41d2ab: name of the job,
//	             start in UTC, digest of the letter in 8 lower-case hex digits
//	row          number of the data record in the recipients file, from 1
//	line         line of that file, from 1
//	key          identifies the row within the mailing; never empty. "#" and the number
//	             of the row for one without a key of its own
//	recipient    the address that the message was for
//	attempt      from 1, counted over all runs; 0 for a row that was not tried. A settle
//	             record has that of the attempt that it settles
//	status       sent, failed, unknown or skipped
//	class        temporary or permanent where the status is failed, else empty
//	stage        where the attempt ended: compose, dial, tls, greeting, ehlo, starttls,
//	             auth, mail, rcpt, data, content or final; or settle in a record by which
//	             the user decided what became of an unknown attempt; or empty
//	code         reply code of the reply that decided (RFC 5321 section 4.2)
//	enhanced     enhanced status code of that reply (RFC 3463)
//	reply        text of that reply, its lines separated by LF
//	error        what went wrong, if no reply says so; the reason for which a row was
//	             skipped; the note of a settle record
//	message_id   Message-ID of the message
//	sha256       SHA-256 of the message as it was handed to the server, lower-case hex
//	bytes        size of that message in octets
//	duration_ms  duration of the session in milliseconds
//	sum          checksum of the other columns
//
// The numbers (row, line, attempt, code, bytes, duration_ms) are decimal. The cell
// is empty instead of 0, except for attempt. Attempts are at most 2^31 - 1.
//
// The statuses: sent means that the server replied 2yz to the end of the message,
// or that the user settled it so. failed means that the server certainly does not
// have the message. unknown means that it may have it. skipped means that the row
// was left out, for a reason that is in column error.
//
// # Cells
//
// A writer makes a cell from a text in three steps.
//
// Escape, for all columns that are texts:
//
//	\\            for a backslash
//	\t \n \r      for tab, line feed and carriage return
//	\xHH          for an octet of C0 (0x00 to 0x1f), for DEL (0x7f), and for an octet that
//	              is no part of valid UTF-8
//	\uHHHH        for U+0080 to U+009F, U+2028 and U+2029
//	\x3b          for a semicolon, where the next character other than space, double quote
//	              and apostrophe is =, +, -, @, tab or carriage return
//
// with lower-case hex digits. A reader keeps a backslash that begins none of these.
//
// Guard: an apostrophe is put before a cell that begins with =, +, -, @ or an
// apostrophe, so that no spreadsheet takes it for a formula. A reader removes one
// apostrophe, if there is one.
//
// Quote (RFC 4180 section 2): double quotes around a cell that has a comma, a
// semicolon or a double quote, or begins or ends with a space; double quotes within
// are doubled.
//
// # Sum
//
// The sum shows that a record is whole and that no other program changed it. It is
// the letter s and the CRC-32C (Castagnoli; RFC 3720 section 12.1) in 8 lower-case
// hex digits, of these octets: for each of the other 18 columns, in the order above,
// the length of the cell in octets as a variable-length integer (base 128, least
// significant group first, the high bit set in all octets but the last), and the
// cell. The cell is taken escaped, but without the guarding apostrophe and the
// quotes. The sum detects accidents; it does not keep anybody from forging.
//
// # Reading
//
// A spreadsheet may have saved the log. So a reader accepts a byte order mark; line
// ends of CRLF; commas, semicolons or tabs between cells, whichever gives a header
// with most of the columns; spaces around the names in the header; other quoting;
// columns in another order; further columns; empty cells at the end of a line; lines
// in another order; and empty lines or lines of empty cells, which are no records.
// A column that is missing or there twice is an error. A line in the layout that is
// described above is accepted whatever the layout of the header, since records are
// appended behind what another program saved. A last line without line end is a
// record if its sum matches.
//
// A line whose sum matches is a record; or it is broken, if a cell is none that its
// column can have. A line whose sum does not match is broken if it is no CSV; if a
// cell has control characters other than tab; if the number of cells is not that of
// the header; or if the last cell does not even have the form of a sum, and another
// cell is none that its column can have, or the line is the last and has no line
// end. Else it is edited. Both are errors, but for what is said below of a log with
// a journal; the user may accept edited lines that are not broken in any way. A zero
// octet before a line end is ignored: see recovery.
//
// # State of a key
//
// Attempts are ordered by their numbers. A skipped record and a settle record are
// ordered, with the last attempt, by time; those of the same time by attempt; then a
// settle record is later than another; then the one further down in the file is later.
// Since a clock may be set back, a skipped or a settle record is given a time after
// that of its key's last record, and an attempt one after its key's last skipped or
// settle record. Of the settle records of an attempt only the last counts, and if
// that says unknown, by which the user takes back what was settled, none does. The state
// of a key is
//
//   - sent, if any of its records says sent; else
//   - unknown, if one that is not a settle record says unknown, and no settle record
//     of the same attempt is later; else
//   - what its last record says.
//
// The log has no two records of one attempt of a key, except that settle records,
// and those with attempt 0, may repeat unless time and cells are the same; a
// settle record is not counted as one of its attempt. If somebody removed the lock of
// a run that went on, and another one began, there may be two all the same: the
// stronger holds, sent before unknown before failed, and of equal ones the later. The next attempt of a key has
// the greatest number of its records plus one.
//
// # The journal
//
// The journal, NAME.results.csv.journal, exists while a run is in progress, and
// after one that was killed. Its first line, the head, is
//
//	mailshot journal v3,RUN,LENGTH,RECORDS,ID,SUM
//
// with the version of the format, the id of the run, the length of the log in octets
// and the number of its records when the run began, at which time that much was
// durable, a random id of the journal, and the sum. The sum is the letter s and the CRC-32C
// of the line up to and with the comma before the sum. Before version 3 there is no ID. The
// first journals of version 1 had no version word: their heads begin "mailshot journal,".
// A reader accepts these, v1, v2 and v3, and must refuse a version that it does not know.
//
// The other lines are intents, and from version 2 on also lines that take an intent back,
// since its message was not sent, or refused for a reason that is not the row's:
//
//	disarm,NUMBER,SUM
//
// NUMBER counts the intents of the journal from 1, in their order; the sum is made as
// that of the head. An intent that was taken back is as if it were not there. The same
// attempt may be intended again by a later line, also if none takes the earlier one back.
//
// An intent is in the format of records in the log, with the columns
// in the order above and commas between them. An intent is the record that an
// attempt gets if nothing more becomes known: its status is unknown, its run that of
// the head; sha256, bytes and duration_ms may be empty. A row is armed, which is to write
// its intent, when it is taken up: before its turn, many with one sync, and before its
// message is made.
//
// Intents are written in groups, each in one write and followed by a sync. All
// groups but the first begin with an empty line. So all lines before an empty line
// were durable; a broken line before one is damage and is refused. Broken lines
// behind the last empty line are of a group that a power cut tore, for which no
// message was sent: a reader skips them. An edited line is refused. Zero octets may
// follow to the end of the file; they are preallocated space and no content.
//
// # Marks
//
// Right before the end of a message leaves, its intent is begun: it gets a mark, in a
// file in memory that a kill of the process leaves and a power cut takes; see package
// marks, which has its format. The marks of a journal are known by its ID. An intent that has
// no record was not begun, for certain, if they are those of this journal, of this boot of the
// machine and this mount of their file system, are whole, and do not have it. In any
// doubt, and without ID, it was. Marks are removed after their journal.
//
// # Recovery
//
// A log without journal is whole: any broken line is an error. A log with a journal
// may be torn beyond LENGTH: it ends before the first broken line that begins at or
// behind that offset. That is refused if a record behind it, which would be lost, is
// of another run, or says sent or unknown of an attempt that neither log nor journal
// has, and is no settle record. A log with fewer than RECORDS records is refused,
// unless the user accepts edited logs. A journal without its log is refused.
//
// An intent is pending if the log has no record of its attempt of its key, other
// than a settle record, nor has it another pending intent, and it is not certain that
// it was not begun. One that was not begun is as if it were not there. States are those of
// the log's records and the pending intents, which come after them in the order of the journal.
//
// Recovery truncates a torn log; appends a line end to a last line that has none, in
// place of zeros, which a power cut during that write may have left; appends the
// pending intents, as records; syncs the log; and removes the journal and its marks. It may be
// interrupted at any point and repeated. It needs the lock. Whoever only reads must
// not do it.
//
// # What each sync protects
//
//   - Log and journal are created under a name with the suffix ".new", synced, renamed,
//     and the directory is synced. So a header or head is never torn, and neither file
//     disappears after a message was sent.
//   - The log is synced when it is opened, before the journal is created: LENGTH and
//     RECORDS are of what is durable.
//   - Each group of intents is synced before any of its messages may be accepted. So a
//     power cut leaves no accepted message without an intent or record, and nobody gets
//     a second copy.
//   - The log is synced before the journal is removed, at the end of a run and of
//     recovery. In between it is synced in each second in which something is written, and at
//     pauses: for records that a power cut takes there are the intents. A row that failed
//     or was sent within that second may then be unknown, and so are those that were armed.
//
// The removal of a journal is not synced. One that a power cut brings back has no
// pending intents, unless its run was killed: then those are that were never begun.
//
// After a group was synced, after some records, and before the journal is removed, the names
// of log and journal must still be those of the open files, with the sizes that the run gave
// them. If they are not, or after any failed write or sync, the run writes nothing more, sends
// nothing more, and leaves the journal.
//
// # The lock
//
// NAME.results.csv.lock is locked (flock, or LockFileEx on Windows) by whoever
// writes to the log. Its one line tells who that is. It is never removed. All names
// are of the file to which symbolic links of the log lead.
package result
