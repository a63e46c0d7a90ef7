package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A structure follows the components of an object, and knows what they lack.
type structure struct {
	open   []string        // the components that have not ended, outermost first
	have   map[string]bool // properties of the component in the calendar that is open
	method string
	items  int // events and the like
	done   bool
}

// scheduled are the components that a scheduling message is about (RFC 5546, section 3).
var scheduled = []string{"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"}

// add takes in the next line.
func (s *structure) add(p property) error {
	value := strings.ToUpper(strings.TrimSpace(p.value))
	switch {
	case !isName(p.name):
		return fmt.Errorf("%q is no name of a property", shown(p.name))
	case s.done || len(s.open) == 0 && (p.name != "BEGIN" || value != "VCALENDAR"):
		return errors.New("the calendar has to begin with BEGIN:VCALENDAR and end with END:VCALENDAR")
	case p.name == "BEGIN":
		s.begin(value)
	case p.name == "END":
		return s.close(value)
	case len(s.open) == 1 && p.name == "METHOD":
		if s.method != "" {
			return errors.New("the calendar has two METHODs")
		}
		s.method = value
	case len(s.open) == 2:
		s.have[p.name] = p.value != ""
	}
	return nil
}

func (s *structure) begin(component string) {
	s.open = append(s.open, component)
	if len(s.open) == 2 {
		s.have = make(map[string]bool)
	}
}

// close ends a component.
func (s *structure) close(component string) error {
	last := len(s.open) - 1
	if s.open[last] != component {
		return fmt.Errorf("END:%s stands where BEGIN:%s is open", shown(component), s.open[last])
	}
	s.open = s.open[:last]
	s.done = last == 0
	if last != 1 || !slices.Contains(scheduled, component) {
		return nil
	}
	s.items++
	for _, name := range []string{"UID", "ORGANIZER"} {
		if !s.have[name] {
			return fmt.Errorf("the %s has no %s", component, name)
		}
	}
	return nil
}

// end reports what a whole object lacks.
func (s *structure) end() error {
	switch {
	case !s.done && len(s.open) > 0:
		return fmt.Errorf("BEGIN:%s has no END:%s", s.open[len(s.open)-1], s.open[len(s.open)-1])
	case !s.done:
		return errors.New("the calendar is empty")
	case s.method == "":
		return errors.New("the calendar has no METHOD, such as METHOD:REQUEST")
	case !isName(s.method):
		return fmt.Errorf("%q is no METHOD", shown(s.method))
	case s.items == 0:
		return errors.New("the calendar has no event: BEGIN:VEVENT … END:VEVENT")
	}
	return nil
}

// Lacks returns an error if a template has no line for what every object needs, whatever the row.
func Lacks(template string) error {
	text := strings.ToUpper(template)
	for _, name := range []string{"BEGIN:VCALENDAR", "METHOD", "UID", "ORGANIZER"} {
		if !strings.Contains(text, name) {
			return fmt.Errorf("the calendar has no %s", name)
		}
	}
	return nil
}

// isName reports whether s is an iana-token or an x-name (RFC 5545, section 3.1).
func isName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
