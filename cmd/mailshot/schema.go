package main

import (
	"github.com/spf13/cobra"

	"mailshot/job/jobfile/keys"
)

// schemaCommand prints the JSON Schema of the job file. args judges the arguments.
func schemaCommand(args cobra.PositionalArgs) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of a job file, for editors",
		Long: `Schema prints a JSON Schema (draft-07) of the job file: names, types, allowed
values, defaults and what each key is for. An editor that knows the schema
completes and checks a job while it is written. A job that mailshot accepts is
valid by it; only "mailshot check" knows whether a valid one is right.

Editors with the YAML language server take it from the first line of a job:

  # yaml-language-server: $schema=job.schema.json`,
		Example: "  mailshot schema > job.schema.json",
		Args:    args,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := keys.Schema()
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
}

// keysTopic returns a page of the manual, which is no command: mailshot help keys.
func keysTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "every key of the job file",
		Long: `The keys of the job file, each with its type, its default and what it is for.
Paths are relative to the job file. A template may have {{…}} in it, with the
columns of the row. A time is as 30s, 5m or 1h30m, a rate as 50/5m. Of a group
of keys those marked as needed are needed only if the group is there.

` + keys.Manual(),
	}
}
