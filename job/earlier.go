package job

import (
	"cmp"
	"hash/fnv"
	"slices"

	"mailshot/job/advice"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// earlierReplies are the refusals that rows got in earlier runs, eight octets a
// row. The zero value has none.
type earlierReplies struct{ all []earlierReply }

// An earlierReply is a row with a hash of what it was refused with. A hash that two
// refusals share does no harm: a run then stops a row later.
type earlierReply struct{ row, hash uint32 }

// earlierReplies reads the refusals of the rows that are sent again.
func (s *sending) earlierReplies() (earlierReplies, error) {
	var e earlierReplies
	if !s.rerun || s.test != nil {
		return e, nil
	}
	for r, err := range s.history.EachOf(result.Failed) {
		if err != nil {
			return e, mailing.Unreadable(s.history.Path, err)
		}
		if r.Code == 0 || !s.history.Fold.Decides(&r) {
			continue
		}
		row, err := s.batch.table.WithKey(r.Key)
		if err != nil {
			return e, problem.InternalError(err)
		}
		if row != nil && s.plan.Send.Has(row.Number) {
			e.all = append(e.all, earlierReply{uint32(row.Number), replyHash(&r.Record)})
		}
	}
	slices.SortFunc(e.all, func(a, b earlierReply) int { return cmp.Compare(a.row, b.row) })
	return e, nil
}

// same reports whether a record has the refusal that an earlier run got for the row.
func (e *earlierReplies) same(row int, rec *result.Record) bool {
	i, ok := slices.BinarySearchFunc(e.all, uint32(row), func(r earlierReply, row uint32) int { return cmp.Compare(r.row, row) })
	return ok && rec.Code != 0 && e.all[i].hash == replyHash(rec)
}

func replyHash(r *result.Record) uint32 {
	h := fnv.New32a()
	h.Write([]byte(advice.Sameness(r.Stage, r.Code, r.Enhanced, r.Reply)))
	return h.Sum32()
}
