package start

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mailshot/job/address"
	"mailshot/job/problem"
)

// A Question is put to the user. The answer is one of the choices, if there are some.
type Question struct {
	Text    string
	Choices []Choice
	Default string             // what an empty answer stands for; "" is no default
	Check   func(string) error // says why an answer will not do; nil: all do
}

// A Choice is one answer that may be given.
type Choice struct{ Value, Words string }

// An Asker puts a question and returns the answer, as it was typed.
type Asker func(context.Context, Question) (string, error)

// questions asks, or notes what would have been asked.
type questions struct {
	ask  Asker // nil: nobody is there
	ctx  context.Context
	lack []error
}

// put asks until an answer will do.
func (q *questions) put(ask Question) (string, error) {
	for {
		answer, err := q.ask(q.ctx, ask)
		if err != nil {
			return "", err
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = ask.Default
		}
		if answer, err = ask.accept(answer); err == nil {
			return answer, nil
		}
		ask.Text = fmt.Sprintf("%s: %s", problem.ShortQuote(answer), err)
	}
}

// accept returns the value of an answer, or says why it will not do.
func (a *Question) accept(answer string) (string, error) {
	if len(a.Choices) > 0 {
		n, err := strconv.Atoi(answer)
		byNumber := err == nil && n >= 1 && n <= len(a.Choices)
		if byName := slices.IndexFunc(a.Choices, func(c Choice) bool { return c.Value == answer }); byName >= 0 {
			return answer, nil
		}
		if !byNumber {
			return answer, fmt.Errorf("type a number from 1 to %d", len(a.Choices))
		}
		return a.Choices[n-1].Value, nil
	}
	if a.Check == nil {
		return answer, nil
	}
	return answer, a.Check(answer)
}

// lacks notes what is not known, with the option that says it.
func (q *questions) lacks(kind problem.Kind, text, hint string) {
	q.lack = append(q.lack, &problem.Error{Kind: kind, Err: errors.New(text), Hint: hint})
}

// missing returns all that is not known and could not be asked, as one error.
func (q *questions) missing() error {
	if len(q.lack) == 0 {
		return nil
	}
	e := &problem.Error{Kind: problem.Usage}
	var texts, hints []string
	for _, err := range q.lack {
		one, _ := errors.AsType[*problem.Error](err)
		if one.Kind == problem.BadData {
			e.Kind = problem.BadData
		}
		texts, hints = append(texts, one.Error()), append(hints, one.Hint)
	}
	e.Err, e.Hint = errors.New(strings.Join(texts, "\n")), strings.Join(hints, "\n")
	return e
}

// choice asks for one of some choices; option is what to write where nobody can be asked.
func (q *questions) choice(text string, choices []Choice, option string) (string, error) {
	if q.ask != nil {
		return q.put(Question{Text: text, Choices: choices})
	}
	var ways []string
	for _, c := range choices {
		way := option + " " + shellWord(c.Value)
		if c.Words != "" && c.Words != c.Value {
			way += " (" + c.Words + ")"
		}
		ways = append(ways, way)
	}
	q.lacks(problem.BadData, text, "say which: "+strings.Join(ways, ", or "))
	return "", nil
}

// shellWord returns a word as it is typed into a shell.
func shellWord(s string) string {
	if strings.IndexFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_-./,", r) || r > 127)
	}) < 0 && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// A from is a sender.
type from struct{ text, address, domain string }

// sender returns who the letters are from.
func (q *questions) sender(given string) (f from, err error) {
	if given == "" && q.ask == nil {
		q.lacks(problem.Usage, "nobody said who the letters are from", `say it with --from "Club Office <office@club.example>"`)
		return from{}, nil
	}
	check := func(s string) error {
		if s == "" {
			return errors.New("an address is needed, as Club Office <office@club.example>")
		}
		_, err := address.ParseMailbox(s)
		return err
	}
	if given == "" {
		if given, err = q.put(Question{Text: "Who are the letters from? (as Club Office <office@club.example>)", Check: check}); err != nil {
			return from{}, err
		}
	} else if err := check(given); err != nil {
		return from{}, problem.Fail(problem.Usage, "--from %q: %w", given, err)
	}
	box, _ := address.ParseMailbox(given) // it was checked
	return from{text: given, address: box.Address.String(), domain: box.Address.Domain}, nil
}

// oneLine refuses control characters.
func oneLine(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errors.New("it has a control character")
	}
	return nil
}
