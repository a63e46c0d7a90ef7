#!/usr/bin/env python3
"""Makes spreadsheets as openpyxl writes them, into a directory: shapes of real exports, and every
number format that is usual."""
import datetime as dt
import os
import sys

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

out = sys.argv[1]


def book(name, rows, formats=None, title="Sheet1", after=None):
    wb = openpyxl.Workbook()
    wb.properties.created = wb.properties.modified = dt.datetime(2026, 11, 1)
    ws = wb.active
    ws.title = title
    for row in rows:
        ws.append(row)
    for col, code in (formats or {}).items():
        for cell in ws[col][1:]:
            cell.number_format = code
    if after:
        after(wb, ws)
    wb.save(os.path.join(out, name + ".xlsx"))


D, DT, T = dt.date, dt.datetime, dt.time
people = [("ann@club.example", "Ann", "Doe"), ("bob@club.example", "Bob", "Roe"), ("cleo@club.example", "Zoë", "Šimková")]

book("py-members", [["member_id", "email", "first_name", "last_name", "due", "amount"]] + [
    [i + 1, *p, D(2026, 12, 31 - i), 1234.5 * (i + 1)] for i, p in enumerate(people)],
    {"A": "0000000", "E": "dd/mm/yyyy", "F": "#,##0.00"})
book("py-dates", [["email", "a", "b", "c", "d", "e", "f", "g", "h"]] + [
    [p[0], *[DT(2026, 3, 5 + i, 9 + i * 5, 4, 7)] * 8] for i, p in enumerate(people)],
    {"B": "d.m.yyyy", "C": "dddd, d mmmm yyyy", "D": "mmm-yy", "E": "yyyy-mm-dd\\ hh:mm:ss", "F": "h:mm AM/PM",
     "G": "mm-dd-yy", "H": "m/d/yy h:mm", "I": "[$-407]d. mmmm yyyy"})
numbers = [0, 1, -1, 0.5, -0.5, 1234.5, -1234.567, 1234567.891, 0.005, 1.005, 2.5, 99.995, 1e10, 0.1 + 0.2, 1 / 3, 123456789012345]
codes = ["General", "0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%", "0.00E+00", "##0.0E+0", "# ?/?", "# ??/??",
         '"$"#,##0.00', '#,##0.00\\ "€"', "[$€-407]\\ #,##0.00", "#,##0.00;[Red]-#,##0.00", '0.0,"k"', "#,##0,,",
         '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', "00000", "000-00-0000", "#.##", "#",
         '[>=1000]#,##0;[<0]"minus "0;0.00', '0" kg"', "+0;-0;0", ";;;", '0;-0;"zero"', "0.0##", '#,##0.00\\ [$CHF-807]', "@",
         '"No. "0', "0.00\\ ;(0.00)", "General\" pcs\"", "?/?", "?0.0?", "# #/8"]
for n, part in enumerate((codes[:9], codes[9:18], codes[18:26], codes[26:-2], codes[-2:])):
    book("py-formats%d" % (n + 1), [["email"] + ["c%d" % i for i in range(len(part))]] + [
        ["p%d@club.example" % i] + [v] * len(part) for i, v in enumerate(numbers)],
        {chr(ord("B") + i): c for i, c in enumerate(part)})
book("py-texts", [["email", "note", "id"], [people[0][0], "line one\nline two", "007"], [people[1][0], "  spaces  ", "1e5"],
                  [people[2][0], "=not a formula" if False else "'quoted", "+49 170 1234567"]])


def errors(wb, ws):
    ws["B2"], ws["B2"].data_type = "#N/A", "e"
    ws["B3"], ws["B3"].data_type = "#DIV/0!", "e"
    ws["C2"], ws["C3"] = True, False


book("py-errors", [["email", "due", "vip"], [people[0][0], None, None], [people[1][0], None, None]], after=errors)


def hidden(wb, ws):
    ws.row_dimensions[3].hidden = True
    ws.column_dimensions["C"].hidden = True
    ws.auto_filter.ref = "A1:C4"
    ws.auto_filter.add_filter_column(1, ["Ann", "Zoë"])
    ws.merge_cells("A6:C6")
    ws["B2"].comment = Comment("a note", "office")
    ws["A1"].font = Font(bold=True)


book("py-hidden", [["email", "first", "secret"]] + [[a, b, c] for a, b, c in people], after=hidden)


def sheets(wb, ws):
    wb.create_sheet("Empty")
    old = wb.create_sheet("Old")
    old.append(["email"])
    old.append(["old@club.example"])
    old.sheet_state = "hidden"


book("py-sheets", [["email", "first"]] + [[a, b] for a, b, _ in people], title="Members 2026", after=sheets)
book("py-gaps", [["email", None, "first"], [None, None, None], [people[0][0], None, "Ann"], [None], [people[1][0], None, "Bob"]])


def table(wb, ws):
    ws.add_table(Table(displayName="Orders", ref="A1:D4"))


book("py-shop", [["Order", "Email", "Total", "Date"]] + [
    ["#10%02d" % i, p[0], 19.9 * (i + 1), DT(2026, 11, 2 + i, 8, 30)] for i, p in enumerate(people)],
    {"C": '"$"#,##0.00', "D": "yyyy-mm-dd hh:mm:ss"}, after=table)
book("py-school", [["child", "class", "email", "fee", "born"]] + [
    [p[1], "3%s" % "abc"[i], people[i // 2][0], 45, D(2017, 2, 3 + i)] for i, p in enumerate(people)],
    {"D": '#,##0\\ "€"', "E": "dd.mm.yyyy"})
book("py-payslips", [["staff_no", "email", "net", "share", "hours"]] + [
    [i * 37 + 12, p[0], 2345.675 + i, 0.125 * (i + 1), dt.timedelta(hours=37 * (i + 1), minutes=30)] for i, p in enumerate(people)],
    {"A": "00000", "C": "#,##0.00\\ [$€-1]", "D": "0.0%", "E": "[h]:mm"})
book("py-booking", [["email", "room", "from", "to", "at", "price"]] + [
    [p[0], 100 + i, D(2027, 7, 1 + i), D(2027, 7, 8 + i), T(15, 30), 89] for i, p in enumerate(people)],
    {"C": "ddd d mmm yyyy", "D": "d-mmm-yy", "E": "h:mm", "F": '"from "0.00'})
wb = openpyxl.Workbook()
wb.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
ws = wb.active
ws.append(["email", "due"])
ws.append([people[0][0], D(2026, 12, 31)])
ws["B2"].number_format = "yyyy-mm-dd"
wb.save(os.path.join(out, "py-1904.xlsx"))
