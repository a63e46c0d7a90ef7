package result

import (
	"errors"
	"math"
)

// Recover makes the log what h is: it truncates the log where it is torn, appends
// the pending intents, syncs, and removes the journal. The caller holds the lock
// of the log. If it is interrupted at any point, another History can do the rest.
func (h *History) Recover() error {
	if h.head == nil {
		return nil
	}
	log, err := openLog(h.fsys, h.path, h.tornAt, h.read)
	if err != nil {
		return err
	}
	if err := h.recover(log); err != nil {
		return errors.Join(err, log.close())
	}
	h.head, h.pending, h.tornAt, h.lines = nil, nil, -1, math.MaxInt // nobody else writes to it
	if h.read, err = extentOf(log.f, log.size); err != nil {
		return errors.Join(err, log.close())
	}
	return log.close()
}

func (h *History) recover(log *logFile) error {
	var err error
	var lines []byte
	if len(h.pending) > 0 {
		err = h.eachPending(func(_ Entry, line []byte) bool {
			lines = append(lines, line...)
			if len(lines) > 1<<16 {
				err = log.append(lines)
				lines = lines[:0]
			}
			return err == nil
		})
	}
	if err == nil && len(lines) > 0 {
		err = log.append(lines)
	}
	if err == nil {
		err = log.sync()
	}
	if err == nil {
		err = log.verify()
	}
	if err == nil {
		err = h.fsys.Remove(h.path + journalSuffix)
	}
	if err == nil {
		h.fsys.RemoveMarks(h.path)
	}
	return err
}

// Begin creates the journal of a run, and the log if there is none, and returns a
// Writer for both. The caller holds the lock of the log and has called Recover. If
// the log is not as it was when it was read, the error wraps ErrTaken; if it was
// created meanwhile, fs.ErrExist.
func (h *History) Begin(run string) (*Writer, error) {
	if h.head != nil {
		return nil, errors.New("beginning a run: the journal of another is still there")
	}
	if !h.Exists {
		if err := createLog(h.fsys, h.path); err != nil {
			return nil, err
		}
	}
	log, err := openLog(h.fsys, h.path, -1, h.read)
	if err != nil {
		return nil, err
	}
	return newWriter(log, run, h.Fold.Records())
}
