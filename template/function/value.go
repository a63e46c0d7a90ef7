package function

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"mailshot/template/words"
)

// text returns a value as it would be printed. A list, the row, and a value that is nothing are
// errors of the function that needs a text.
func text(function string, v any) (string, error) {
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
	for i, v := range values {
		s, err := text(function, v)
		if err != nil {
			return nil, err
		}
		all[i] = s
	}
	return all, nil
}
