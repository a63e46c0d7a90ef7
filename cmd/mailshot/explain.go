package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/job/advice"
	"mailshot/job/problem"
)

// explainer is one call of explain.
type explainer struct {
	stage string
	json  bool
}

// explainCommand explains a reply. stdin is read through until, which ends with
// the context; asked says that it is a terminal.
func explainCommand(stdin io.Reader, asked bool, until func(context.Context, io.Reader) io.Reader) *cobra.Command {
	x := &explainer{}
	c := &cobra.Command{
		Use:   "explain [flags] [TEXT]",
		Short: "what a server's reply means, and what to do",
		Long: `Explain tells whose affair a refusal is, what it means, what to do, and whether
and when a rerun helps. TEXT is the reply as the results log, a report or another
program has it; without TEXT, or as -, it is read from standard input. Nothing
else is read, and no server is asked.

The stage at which the reply came makes some replies plainer: it is one of
` + strings.Join(advice.Stages(), ", ") + `,
as in the results log's column stage.

A reply that is not known is explained by its first digit, and that is said.

EXIT STATUS
  0   the reply is explained, known or not
  2   the command line is wrong
  66  standard input can't be read
  129, 130, 143  interrupted
`,
		Example: `  mailshot explain '550 5.1.1 <ann@club.example>: Recipient address rejected: User unknown'
  mailshot explain --stage rcpt '450 4.7.1 too many recipients from 192.0.2.7'
  mailshot explain < reply.txt`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && asked {
				return usageError{errors.New("explain needs the reply: mailshot explain 'TEXT', or - to type it here")}
			}
			text, err := replyText(c.Context(), args, until(c.Context(), stdin))
			if err != nil {
				return err
			}
			return x.run(c.OutOrStdout(), text)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&x.stage, "stage", "", "the `stage` at which the server said it, as in the log")
	fs.BoolVar(&x.json, "json", false, "one JSON object, for programs")
	return c
}

// maxReplyText is how much of standard input is read, in octets.
const maxReplyText = 1 << 20

// replyText returns the text of the command line or of standard input.
func replyText(ctx context.Context, args []string, stdin io.Reader) (string, error) {
	text := strings.Join(args, " ")
	if len(args) == 0 || text == "-" {
		b, err := io.ReadAll(io.LimitReader(stdin, maxReplyText))
		switch {
		case ctx.Err() != nil:
			return "", problem.InterruptedBy(ctx)
		case err != nil:
			return "", problem.Fail(problem.NoInput, "reading standard input: %w", err)
		}
		text = string(b)
	}
	if strings.TrimSpace(text) == "" {
		return "", usageError{errors.New("there is no reply to explain")}
	}
	return text, nil
}

// run tells what a text means.
func (x *explainer) run(w io.Writer, text string) error {
	r := advice.ParseReply(text)
	if x.stage != "" {
		if r.Stage = strings.ToLower(x.stage); !slices.Contains(advice.Stages(), r.Stage) {
			return usageError{fmt.Errorf("--stage %s: it is one of %s", x.stage, strings.Join(advice.Stages(), ", "))}
		}
	}
	e := advice.Explain(r)
	if x.json {
		return printJSON(w, explainJSON(&r, &e))
	}
	_, err := fmt.Fprintf(w, "%s: %s\nto do: %s\na rerun helps: %s\n", e.Kind, e.Sentence, e.Remedy, e.Rerun)
	return err
}

// explainSchema is the version of what explain --json prints. Fields may be
// added to it; those that are there keep their names and what they mean.
const explainSchema = 1

type jsonExplain struct {
	Schema int `json:"schema"`
	jsonExplanation
	Reply jsonReply `json:"reply"`
}

// A jsonReply is a reply as it was understood.
type jsonReply struct {
	Stage    string `json:"stage"`
	Code     int    `json:"code"`
	Enhanced string `json:"enhanced"`
	Text     string `json:"text"`
}

// A jsonExplanation says what a reply means.
type jsonExplanation struct {
	Kind     string `json:"kind"`
	Known    bool   `json:"known"`
	Sentence string `json:"sentence"`
	Remedy   string `json:"remedy"`
	Rerun    string `json:"rerun"`
}

func explainJSON(r *advice.Reply, x *advice.Explanation) *jsonExplain {
	return &jsonExplain{explainSchema, explanationJSON(x), jsonReply{r.Stage, r.Code, r.Enhanced, r.Text}}
}

func explanationJSON(x *advice.Explanation) jsonExplanation {
	return jsonExplanation{x.Kind.String(), x.Known, x.Sentence, x.Remedy, x.Rerun.String()}
}
