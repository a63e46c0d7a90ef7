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
