package function

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"mailshot/template/words"
)

// maxText is how many octets the texts that a function is given may have together, and how many it
// gives where it may give more than it gets. A loop that has a text grow must not take the machine
// with it.
const maxText = 1 << 20

// text returns a value as it would be printed. A list, the row, a value that is nothing, and a text
// of more than maxText octets are errors of the function that needs a text.
func text(function string, v any) (string, error) {
	s, err := printedText(function, v)
	if err != nil || len(s) <= maxText {
		return s, err
	}
	return "", tooLong(function)
}

func tooLong(function string) error {
	return words.Failf("%s: a text of more than %d MiB", function, maxText>>20).WithHint("a text that grows in a loop?")
}

func printedText(function string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case *Cell:
		return v.text, nil
	case denied:
		return v.String(), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case time.Time:
		return v.Format(time.RFC3339), nil
	case list:
		return "", words.Failf("%s: a list, where text is needed", function).WithHint(`{{join ", " …}} makes text of a list`)
	case map[string]*Cell:
		return "", words.Failf("%s: the whole row, where text is needed", function)
	case nil:
		return "", words.Failf("%s: nothing, where text is needed", function)
	}
	switch r := reflect.ValueOf(v); r.Kind() { // of a method of time.Time: its Year, its Month
	case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprint(v), nil
	}
	return "", words.Failf("%s: a value that is no text", function)
}

// texts returns the texts of several values, or the error of the first that has none.
func texts(function string, values ...any) ([]string, error) {
	all := make([]string, len(values))
	size := 0
	for i, v := range values {
		s, err := text(function, v)
		if err != nil {
			return nil, err
		}
		if size += len(s); size > maxText {
			return nil, tooLong(function)
		}
		all[i] = s
	}
	return all, nil
}
