package result

// Delivered reports whether the message was sent, or may have been.
func (s Standing) Delivered() bool { return s.Status == Sent || s.Status == Unknown }
