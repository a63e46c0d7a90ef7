package numfmt

// Builtin returns the code of a format that spreadsheets know by its number (ECMA-376 part 1,
// 18.8.30), and "" for others. Dates that the language of the program shapes are those of ISO 8601.
func Builtin(id int) string {
	switch {
	case id >= 27 && id <= 36, id >= 50 && id <= 58: // dates of East Asia
		return "yyyy-mm-dd"
	}
	return map[int]string{
		0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
		5: `"$"#,##0_);\("$"#,##0\)`, 6: `"$"#,##0_);\("$"#,##0\)`, 7: `"$"#,##0.00_);\("$"#,##0.00\)`, 8: `"$"#,##0.00_);\("$"#,##0.00\)`,
		9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
		14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
		20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
		37: `#,##0_);\(#,##0\)`, 38: `#,##0_);\(#,##0\)`, 39: `#,##0.00_);\(#,##0.00\)`, 40: `#,##0.00_);\(#,##0.00\)`,
		41: `_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`, 42: `_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)`,
		43: `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, 44: `_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)`,
		45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	}[id]
}

// ByLanguage reports whether a format that spreadsheets know by its number shows a date as the language
// of the program has it, so that nobody can say how it looks to the author of the file.
func ByLanguage(id int) bool { return id == 14 || id == 22 || Builtin(id) == "yyyy-mm-dd" }
