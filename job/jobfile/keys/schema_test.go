package keys

import (
	"encoding/json"
	"strings"
	"testing"
)

// How each kind of value is written in the schema.
func TestSchemaOfKey(t *testing.T) {
	for _, tt := range []struct {
		name string
		key  Key
		want string
	}{
		{"text", Key{Kind: Text, Doc: "d", Otherwise: "o"}, `{"description":"d; default: o","type":["string","number","boolean"],"minLength":1}`},
		{"text that may be empty", Key{Kind: Text, Empty: true}, `{"type":["string","number","boolean"]}`},
		{"number", Key{Kind: Number, Min: 1, Max: 9, Default: "3"}, `{"default":3,"type":"integer","minimum":1,"maximum":9}`},
		{"truth", Key{Kind: Bool, Default: "false"}, `{"default":false,"type":"boolean"}`},
		{"count", Key{Kind: Count}, `{"type":["integer","string"],"minimum":1,"pattern":"^([1-9][0-9]*(\\.\\.([1-9][0-9]*)?)?|\\.\\.[1-9][0-9]*)\\n*$"}`},
		{"words", Key{Kind: OneOf, Words: []string{"1", "<b>"}, Aliases: map[string]string{"\t": "1"}, Default: "<b>"}, `{"default":"<b>","enum":[1,"1","<b>","\t"]}`},
		{"list", Key{Kind: Bool, Many: List}, `{"type":"array","minItems":1,"items":{"type":"boolean"}}`},
		{"one or a list", Key{Kind: Bool, Many: OneOrList}, `{"anyOf":[{"type":"boolean"},{"type":"array","items":{"type":"boolean"}}]}`},
		{"names", Key{Kind: Names, Each: &Key{Kind: Bool}}, `{"type":"object","additionalProperties":{"type":"boolean"}}`},
		{
			"group", Key{Kind: Group, Short: &Key{Kind: Bool}, Min: 1, Max: 2, AnyOf: []string{"a"}, Keys: []Key{{Name: "b", Kind: Bool, Needed: true}, {Name: "a", Kind: Bool}, {Name: "c", Later: true}}},
			`{"anyOf":[{"type":"boolean"},{"type":"object","properties":{"b":{"type":"boolean"},"a":{"type":"boolean"}},"additionalProperties":false,` +
				`"required":["b"],"minProperties":1,"maxProperties":2,"anyOf":[{"required":["a"]}]}]}`,
		},
	} {
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(tt.key.schema()); err != nil || b.String() != tt.want+"\n" {
			t.Errorf("%s: %s, %v; want %s", tt.name, b.String(), err, tt.want)
		}
	}
}
