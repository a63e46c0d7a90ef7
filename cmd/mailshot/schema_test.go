package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// What the command prints is a schema, by which the examples are valid and one with a key misspelt
// is not. That loader and schema say the same is for the tests of job/jobfile.
func TestSchemaCommand(t *testing.T) {
	out, err := exec.Command(mailshotBinary(t), "schema").Output()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("job.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("job.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(root, "examples", "*", "*.yaml"))
	if err != nil || len(names) < 3 {
		t.Fatalf("%d examples, %v; want at least three", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var job map[string]any
		if err := yaml.Unmarshal(data, &job); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(job); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		job["delivry"] = map[string]any{}
		if s.Validate(job) == nil {
			t.Errorf("%s: the schema takes a key that is misspelt", name)
		}
	}
}
