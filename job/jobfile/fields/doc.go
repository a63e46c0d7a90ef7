// Package fields reads a YAML file by the declaration of its keys, and collects what is wrong with it:
// a syntax error, an unknown key and the one that was meant, a value of another kind. It knows how a
// value is written, and nothing of what the keys are for.
package fields
