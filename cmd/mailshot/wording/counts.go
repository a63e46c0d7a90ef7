package wording

import (
	"fmt"
	"strings"
)

// A Number is so many rows of which something is true.
type Number struct {
	N    int
	Word string
}

// Enumerate returns the numbers that are not 0: "12 filtered, 3 suppressed".
func Enumerate(numbers ...Number) string {
	var parts []string
	for _, p := range numbers {
		if p.N > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.N, p.Word))
		}
	}
	return strings.Join(parts, ", ")
}

// Plural returns a number with a noun, which gets an s where the number is not 1.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Pick chooses a word by a number.
func Pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Counting returns a number with a word that changes with it.
func Counting(n int, one, many string) string { return fmt.Sprintf("%d %s", n, Pick(n, one, many)) }

func FirstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// Times returns a number of times in words.
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// SomeOf returns the first few of some names.
func SomeOf(names []string, most int) string {
	if n := len(names) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n)
	}
	return strings.Join(names, ", ")
}
